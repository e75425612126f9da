/*
 * Replies that are read rather than looked up: why a pair fits or does not, and why somebody has no place. In Danish,
 * as job consultants read them; with FYR_LANG=en in English.
 */
#ifndef FYR_CONSOLE_STORY_H
#define FYR_CONSOLE_STORY_H

#include "wire/contract.h"

#include <jansson.h>

/* False: the reply of this method is none, and nothing was printed. */
bool story_tell (const char *method, json_t *request, json_t *reply);

#endif
