/*
 * What tables and refusals are called in Danish. JSON keeps the names of the contracts.
 */
#ifndef FYR_CONSOLE_DANISH_H
#define FYR_CONSOLE_DANISH_H

/* Of a field or a word of an enum; NULL where there is none. */
const char *danish_field (const char *field);
const char *danish_word (const char *word);

/* A sentence for the reason of a refusal; NULL where there is none. */
const char *danish_reason (const char *reason);

#endif
