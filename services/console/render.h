/*
 * Replies for people: a table of the reply's list, or its fields one below the other. Money in kroner, instants in
 * Copenhagen time.
 */
#ifndef FYR_CONSOLE_RENDER_H
#define FYR_CONSOLE_RENDER_H

#include "wire/contract.h"

#include <jansson.h>

void render_reply (const message_rule_t *rule, json_t *reply, bool as_json);

/* Rows of text under a head; cells are borrowed. Columns get the width they need. */
void render_table (const char *const *head, const char *const *cells, size_t columns, size_t rows);

#endif
