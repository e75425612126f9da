/*
 * A bug, and nothing but a bug, ends here: always on, in every build. The process stops, its supervisor
 * starts it again, and it goes on from the log. Never use it on bytes from a peer, a file or a database.
 *
 * Memory. What is bounded and ours (a reader, a table of sockets, what a step has to say) may be ensured: a process
 * without room for that is of no use. What a peer's bytes decide may not: it comes from an arena with a limit, where
 * NULL becomes a refusal, or goes into a buffer with a maximum, which says that it overflowed.
 */
#ifndef FYR_BASE_ENSURE_H
#define FYR_BASE_ENSURE_H

#define ensure(condition) ((condition) ? (void) 0 : ensure_failed (#condition, __FILE__, __LINE__, __func__))

_Noreturn void ensure_failed (const char *condition, const char *file, int line, const char *function);

#endif
