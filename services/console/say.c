#include "console/say.h"

#include "base/ensure.h"
#include "console/danish.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void say_json (json_t *value)
{
    json_dumpf (value, stdout, JSON_INDENT (2));
    fputc ('\n', stdout);
    json_decref (value);
}

const char *say_why (const fault_t *why, char out[SAY_WHY_SIZE])
{
    char sentence[DANISH_SENTENCE_SIZE];
    const char *danish = danish_refusal (why->reason, why->values, sentence);
    snprintf (out, SAY_WHY_SIZE, "%s [%s]", danish ? danish : why->message, why->reason);
    return out;
}

static void print_failure (const settings_t *settings, const fault_t *why)
{
    const char *code = status_name ((int) why->status), *reason = why->reason, *message = why->message;
    if (!settings->json) {
        char text[SAY_WHY_SIZE];
        fprintf (stderr, "fyr: %s\n", say_why (why, text));
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
    print_failure (settings, why);
    if (strcmp (why->reason, "SERVICE_AWAY") == 0 || status_is_fault (why->status))
        return EXIT_UNAVAILABLE;
    for (size_t i = 0; i < sizeof MISUSED / sizeof MISUSED[0]; i++)
        if (strncmp (why->reason, MISUSED[i], strlen (MISUSED[i])) == 0)
            return EXIT_USAGE;
    return EXIT_REFUSED;
}

int say_misused (const settings_t *settings, const char *usage, const char *format, ...)
{
    fault_t wrong = { .status = STATUS_INVALID_ARGUMENT, .reason = "USAGE" };
    va_list args;
    va_start (args, format);
    vsnprintf (wrong.message, sizeof wrong.message, format, args);
    va_end (args);
    if (settings->json)
        print_failure (settings, &wrong);
    else
        fprintf (stderr, "fyr: %s\n%s%s", wrong.message, usage[0] ? "\n" : "", usage);
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
