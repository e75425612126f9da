/*
 * Replies for people: a table of the reply's list, or its fields one below the other. In Danish, money in kroner,
 * instants in Copenhagen time; a program asks for JSON, which has everything.
 */
#ifndef FYR_CONSOLE_RENDER_H
#define FYR_CONSOLE_RENDER_H

#include "wire/contract.h"

#include <jansson.h>
#include <stdio.h>

void render_reply (const message_rule_t *rule, json_t *reply, bool as_json);

/* Rows of text under a head; cells are borrowed. No line is wider than the terminal: what says nothing goes first, then
 * the widest columns are cut (never a number), then the last ones are left out and named below. */
void render_table (const char *const *head, const char *const *cells, size_t columns, size_t rows);

/* The same, written elsewhere, in lines of `room` characters; 0: as wide as it is. */
void render_table_in (FILE *out, size_t room, const char *const *head, const char *const *cells, size_t columns,
                      size_t rows);

#endif
