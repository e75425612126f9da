/*
 * The words after `fyr`: each takes its own arguments (argv[0] is the word) and gives the exit status.
 */
#ifndef FYR_CONSOLE_COMMANDS_H
#define FYR_CONSOLE_COMMANDS_H

#include "console/session.h"

int command_call (session_t *session, int argc, char **argv);
int command_methods (session_t *session, int argc, char **argv);
int command_health (session_t *session, int argc, char **argv);
int command_events (session_t *session, int argc, char **argv);
int command_keys (session_t *session, int argc, char **argv);
int command_clock (session_t *session, int argc, char **argv);
int command_report (session_t *session, int argc, char **argv);
int command_play (session_t *session, int argc, char **argv);

/* `fyr lease ...` and the like: NULL-safe; false when `service` has no daily words. */
bool daily_knows (const char *service);
int command_daily (session_t *session, int argc, char **argv);

#endif
