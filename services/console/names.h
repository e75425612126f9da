/*
 * Names instead of ids, where a name is unique: `fyr lease book Lygten ...` asks the service for the room
 * that is called so. Capitals do not count, and the beginning of a name is enough when no other begins so.
 */
#ifndef FYR_CONSOLE_NAMES_H
#define FYR_CONSOLE_NAMES_H

#include "console/session.h"

enum { NAME_ID_SIZE = 24, NAMES_TEXT_SIZE = 2048 };

/* Whether ids in this field of the service's requests have names here. */
bool names_know (const char *service, const char *field);

/* `text`, one name or several divided by '|', as ids divided by '|'. What is a number already stays. Faults:
 * NAME_UNKNOWN with what comes near, NAME_AMBIGUOUS with those that it may be, and those of the call that finds them.
 */
status_t names_resolve (session_t *session, const char *service, const char *field, const char *text,
                        char out[NAMES_TEXT_SIZE], fault_t *reterr);

/* In what lease said, the names of houses where their ids stand. Those it does not tell stay ids. */
void names_of_houses (session_t *session, json_t *reply);

#endif
