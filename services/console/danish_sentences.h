/*
 * The sentences that danish.h's refusals are made of.
 */
#ifndef FYR_CONSOLE_DANISH_SENTENCES_H
#define FYR_CONSOLE_DANISH_SENTENCES_H

#include <stddef.h>

/* The nth sentence for that reason, from 0, with places for values; NULL behind the last. */
const char *danish_sentence (const char *reason, size_t nth);

/* Words of a service's English message; what is not known stays as it is. */
const char *danish_phrase (const char *english);

#endif
