/*
 * A page of plain text: columns that line up whatever letters stand in them, and paragraphs that keep the width.
 * Columns count characters (æ is one), from 0. Nothing ever ends in a space.
 */
#ifndef FYR_REPORTING_PAGE_H
#define FYR_REPORTING_PAGE_H

#include "base/bytes.h"

enum { PAGE_WIDTH = 78 };

typedef struct {
    buffer_t *out; /* borrowed */
    size_t column; /* where the line under way ends */
} page_t;

/* Begins at the column, or after one space when the line is there already. */
void page_at (page_t *self, size_t column, const char *text);
/* Ends before the column. */
void page_before (page_t *self, size_t column, const char *text);
void page_end_line (page_t *self);

/* An empty line, the title and a line under it. */
void page_heading (page_t *self, const char *title);

/* Words filled into lines; the first begins at `first`, the others at `rest`. */
void page_paragraph (page_t *self, size_t first, size_t rest, const char *text);

/* Characters in valid UTF-8. */
size_t text_width (const char *text);

#endif
