/*
 * What a command says beside replies: text for people. With --json it is JSON and nothing else: on stdout what came of
 * it, and one line on stderr when it failed.
 */
#ifndef FYR_CONSOLE_SAY_H
#define FYR_CONSOLE_SAY_H

#include "console/session.h"

#include <stdio.h>

/* "Plads A12 er taget til og med 2026-06-30 [LEASE_DESK_TAKEN]"; in English where there is no Danish for it. */
enum { SAY_WHY_SIZE = 640 };
const char *say_why (const fault_t *why, char out[SAY_WHY_SIZE]);

/* Why it was not done; gives the exit status: 1 refused, 2 usage, 3 unavailable. */
int say_failed (const settings_t *settings, const fault_t *why);

/* What is wrong with the command line, and how it should be; EXIT_USAGE. */
int say_misused (const settings_t *settings, const char *usage, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

/* How a word is used; EXIT_DONE. */
int say_help (const settings_t *settings, const char *usage);

/* The same of a longer text: it is written to `out` between the two. */
typedef struct {
    FILE *out;
    char *text;
    size_t size;
} page_t;

void page_open (page_t *page);
int page_close (page_t *page, const settings_t *settings);

/* That it is done: `facts` (taken over) for programs, the text for people; EXIT_DONE. */
int say_done (const settings_t *settings, json_t *facts, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

void say_json (json_t *value); /* indented, on stdout; taken over */

#endif
