/*
 * What a person types, as a field of a request: `--starts_at "2026-03-02 09:00"`, a cell of a CSV file.
 *
 * Text is read by the field's type and format: money in kroner ("1.200,50" or "1200.50"), days "2026-03-02", instants
 * in Copenhagen time ("2026-03-02 09:00") or ISO 8601 with zone, yes/no, enum values by name in any case. Items of a
 * list are divided by '|'; fields of an item, in the order of the contract, by ':' ("lifting:2|danish-spoken:3").
 * "record.name" reaches into a message.
 */
#ifndef FYR_CONSOLE_TEXT_FIELD_H
#define FYR_CONSOLE_TEXT_FIELD_H

#include "base/status.h"
#include "wire/contract.h"

#include <jansson.h>

/* Sets `name` in `object`. INVALID_ARGUMENT / FIELD_UNKNOWN, FIELD_UNREADABLE; the message names the field. */
status_t text_field_set (json_t *object, const message_rule_t *rule, const char *name, const char *text,
                         fault_t *reterr);

#endif
