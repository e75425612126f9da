#include "base/log.h"

#include "base/bytes.h"
#include "base/time.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { PENDING_MAX = 256 * 1024, FLUSH_AT = 64 * 1024 };

/* `at` is the text of `instant`: the lines of one batch have it in common. */
static struct {
    const char *service;
    log_level_t level;
    int64_t instant;
    char at[ISO_INSTANT_SIZE];
    buffer_t pending;
} journal = { "", LOG_INFO, 0, "1970-01-01T00:00:00Z", { .max = PENDING_MAX } };

void log_setup (const char *service, log_level_t level)
{
    journal.service = service;
    journal.level = level;
}

static void append_key (const char *key)
{
    size_t size = strlen (key);
    uint8_t *at = buffer_extend (&journal.pending, size + 2);
    if (!at)
        return;
    at[0] = ' ';
    memcpy (at + 1, key, size);
    at[size + 1] = '=';
}

static void append_value (const char *value)
{
    size_t plain = strcspn (value, " \"=\n\\");
    if (plain > 0 && value[plain] == '\0') {
        buffer_append (&journal.pending, value, plain);
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
    if (instant != journal.instant)
        (void) instant_text (journal.instant = instant, journal.at);
    buffer_append_text (&journal.pending, "at=");
    buffer_append_text (&journal.pending, journal.at);
    buffer_append_text (&journal.pending, level == LOG_WARN ? " level=warn service=" : " level=info service=");
    buffer_append_text (&journal.pending, journal.service);
    buffer_append_text (&journal.pending, " event=");
    buffer_append_text (&journal.pending, event);
    va_list args;
    va_start (args, event);
    for (const char *key = va_arg (args, const char *); key; key = va_arg (args, const char *)) {
        const char *value = va_arg (args, const char *);
        append_key (key);
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
