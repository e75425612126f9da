/*
 * A bug, and nothing but a bug, ends here: always on, in every build. The process stops, its supervisor
 * starts it again, and it goes on from the log. Never use it on bytes from a peer, a file or a database.
 */
#ifndef FYR_BASE_ENSURE_H
#define FYR_BASE_ENSURE_H

#define ensure(condition) ((condition) ? (void) 0 : ensure_failed (#condition, __FILE__, __LINE__, __func__))

_Noreturn void ensure_failed (const char *condition, const char *file, int line, const char *function);

#endif
