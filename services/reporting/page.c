#include "reporting/page.h"

#include <stdint.h>
#include <string.h>

size_t text_width (const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((uint8_t) *text & 0xC0) != 0x80;
    return width;
}

static void pad_to (page_t *self, size_t column)
{
    if (self->column >= column)
        column = self->column ? self->column + 1 : 0;
    while (self->column < column) {
        buffer_append (self->out, " ", 1);
        self->column++;
    }
}

void page_at (page_t *self, size_t column, const char *text)
{
    if (!*text)
        return;
    pad_to (self, column);
    buffer_append_text (self->out, text);
    self->column += text_width (text);
}

void page_before (page_t *self, size_t column, const char *text)
{
    size_t width = text_width (text);
    page_at (self, width < column ? column - width : 0, text);
}

void page_end_line (page_t *self)
{
    buffer_append (self->out, "\n", 1);
    self->column = 0;
}

void page_heading (page_t *self, const char *title)
{
    size_t width = text_width (title);
    page_end_line (self);
    page_at (self, 0, title);
    page_end_line (self);
    for (size_t i = 0; i < width; i++)
        buffer_append (self->out, "-", 1);
    page_end_line (self);
}

static size_t span_width (const char *text, size_t size)
{
    size_t width = 0;
    for (size_t i = 0; i < size; i++)
        width += ((uint8_t) text[i] & 0xC0) != 0x80;
    return width;
}

void page_paragraph (page_t *self, size_t first, size_t rest, const char *text)
{
    size_t begin = first;
    bool fresh = true; /* no word on this line yet */
    for (text += strspn (text, " "); *text; text += strspn (text, " ")) {
        size_t size = strcspn (text, " ");
        size_t width = span_width (text, size);
        if (!fresh && self->column + 1 + width > PAGE_WIDTH) {
            page_end_line (self);
            begin = rest;
            fresh = true;
        }
        pad_to (self, fresh ? begin : self->column + 1);
        buffer_append (self->out, text, size);
        self->column += width;
        fresh = false;
        text += size;
    }
    page_end_line (self);
}
