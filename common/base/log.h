/*
 * One line per event, key=value, on stderr. Lines are gathered and written once per round, so that a busy
 * service does not wait for its log. Nothing personal may be given to it: keys, methods, ids and reasons only.
 */
#ifndef FYR_BASE_LOG_H
#define FYR_BASE_LOG_H

#include <stdint.h>

typedef enum { LOG_QUIET, LOG_WARN, LOG_INFO } log_level_t;

void log_setup (const char *service, log_level_t level);

/* log_event (LOG_INFO, now, "started", "version", "1.0", "endpoint", endpoint, NULL): pairs of key and value end with
 * NULL. Values with spaces or quotes are quoted. */
void log_event (log_level_t level, int64_t instant, const char *event, ...) __attribute__ ((sentinel));
void log_flush (void);

#endif
