#include "base/log.h"

#include "base/bytes.h"
#include "base/time.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { PENDING_MAX = 256 * 1024, FLUSH_AT = 64 * 1024 };

static struct {
    const char *service;
    log_level_t level;
    buffer_t pending;
} journal = { "", LOG_INFO, { .max = PENDING_MAX } };

void log_setup (const char *service, log_level_t level)
{
    journal.service = service;
    journal.level = level;
}

static void append_value (const char *value)
{
    if (value[0] && value[strcspn (value, " \"=\n\\")] == '\0') {
        buffer_append_text (&journal.pending, value);
        return;
    }
    buffer_append_text (&journal.pending, "\"");
    for (; *value; value++) {
        char c = (unsigned char) *value < ' ' ? ' ' : *value;
        if (c == '"' || c == '\\')
            buffer_append_text (&journal.pending, "\\");
        buffer_append (&journal.pending, &c, 1);
    }
    buffer_append_text (&journal.pending, "\"");
}

void log_event (log_level_t level, int64_t instant, const char *event, ...)
{
    if (level > journal.level)
        return;
    char at[ISO_INSTANT_SIZE];
    buffer_append_text (&journal.pending, "at=");
    buffer_append_text (&journal.pending, instant_text (instant, at));
    buffer_append_text (&journal.pending, level == LOG_WARN ? " level=warn service=" : " level=info service=");
    buffer_append_text (&journal.pending, journal.service);
    buffer_append_text (&journal.pending, " event=");
    buffer_append_text (&journal.pending, event);
    va_list args;
    va_start (args, event);
    for (const char *key = va_arg (args, const char *); key; key = va_arg (args, const char *)) {
        const char *value = va_arg (args, const char *);
        buffer_append_text (&journal.pending, " ");
        buffer_append_text (&journal.pending, key);
        buffer_append_text (&journal.pending, "=");
        append_value (value ? value : "");
    }
    va_end (args);
    buffer_append_text (&journal.pending, "\n");
    if (journal.pending.size >= FLUSH_AT || journal.pending.overflowed)
        log_flush ();
}

/* A log that cannot be written must not stop the service. */
void log_flush (void)
{
    size_t written = 0;
    while (written < journal.pending.size) {
        ssize_t size = write (STDERR_FILENO, journal.pending.data + written, journal.pending.size - written);
        if (size <= 0)
            break;
        written += (size_t) size;
    }
    buffer_rewind (&journal.pending);
}
