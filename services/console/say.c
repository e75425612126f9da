#include "console/say.h"

#include "base/ensure.h"
#include "base/time.h"
#include "console/danish.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LOCAL_SIZE = 24 /* "2026-05-18 10:00" and to spare */ };

void say_json (json_t *value)
{
    json_dumpf (value, stdout, JSON_INDENT (2));
    fputc ('\n', stdout);
    json_decref (value);
}

/* Instants as the clock on the wall in Copenhagen shows them: 2026-05-18 10:00. */
static const char *with_local_times (const char *message, char *out, size_t size)
{
    size_t used = 0;
    while (*message && used + LOCAL_SIZE < size) {
        char iso[ISO_INSTANT_SIZE], day[ISO_DAY_SIZE];
        int64_t instant;
        snprintf (iso, sizeof iso, "%.20s", message);
        if (iso[0] >= '0' && iso[0] <= '9' && strlen (iso) == 20 && iso[19] == 'Z' && instant_parse (iso, &instant)) {
            int minute = copenhagen_minute (instant);
            used += (size_t) snprintf (out + used, size - used, "%s %02d:%02d",
                                       day_text (copenhagen_day (instant), day), minute / 60, minute % 60);
            message += 20;
        } else {
            out[used++] = *message++;
        }
    }
    out[used] = '\0';
    return out;
}

static void print_failure (const settings_t *settings, const char *code, const char *reason, const char *message)
{
    if (!settings->json) {
        const char *danish = danish_reason (reason);
        char local[2 * MESSAGE_MAX];
        fprintf (stderr, "fyr: %s%s%s [%s]\n", danish ? danish : "", danish ? ": " : "",
                 with_local_times (message, local, sizeof local), reason);
        return;
    }
    json_t *line = json_pack ("{ss, ss, ss}", "code", code, "reason", reason, "message", message);
    if (!line) /* of a reply that is no text */
        line = json_pack ("{ss, ss, ss}", "code", code, "reason", reason, "message", "");
    json_dumpf (line, stderr, JSON_COMPACT);
    fputc ('\n', stderr);
    json_decref (line);
}

int say_failed (const settings_t *settings, const fault_t *why)
{
    static const char *const MISUSED[] = { "FIELD_", "JSON_", "METHOD_", "NAME_", "REGISTRY_", "SECRET_" };
    print_failure (settings, status_name ((int) why->status), why->reason, why->message);
    if (strcmp (why->reason, "SERVICE_AWAY") == 0 || status_is_fault (why->status))
        return EXIT_UNAVAILABLE;
    for (size_t i = 0; i < sizeof MISUSED / sizeof MISUSED[0]; i++)
        if (strncmp (why->reason, MISUSED[i], strlen (MISUSED[i])) == 0)
            return EXIT_USAGE;
    return EXIT_REFUSED;
}

int say_misused (const settings_t *settings, const char *usage, const char *format, ...)
{
    char wrong[MESSAGE_MAX];
    va_list args;
    va_start (args, format);
    vsnprintf (wrong, sizeof wrong, format, args);
    va_end (args);
    if (settings->json)
        print_failure (settings, status_name (STATUS_INVALID_ARGUMENT), "USAGE", wrong);
    else
        fprintf (stderr, "fyr: %s\n%s%s", wrong, usage[0] ? "\n" : "", usage);
    return EXIT_USAGE;
}

int say_help (const settings_t *settings, const char *usage)
{
    if (settings->json)
        say_json (json_pack ("{ss}", "help", usage));
    else
        fputs (usage, stdout);
    return EXIT_DONE;
}

void page_open (page_t *page)
{
    *page = (page_t){ 0 };
    page->out = open_memstream (&page->text, &page->size);
    ensure (page->out);
}

int page_close (page_t *page, const settings_t *settings)
{
    fclose (page->out);
    int ended = say_help (settings, page->text);
    free (page->text);
    return ended;
}

int say_done (const settings_t *settings, json_t *facts, const char *format, ...)
{
    if (settings->json) {
        say_json (facts);
        return EXIT_DONE;
    }
    va_list args;
    va_start (args, format);
    vprintf (format, args);
    va_end (args);
    fputc ('\n', stdout);
    json_decref (facts);
    return EXIT_DONE;
}
