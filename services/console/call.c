/* fyr call, fyr methods: every method there is, from the contracts. */
#include "console/commands.h"
#include "console/render.h"
#include "console/say.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLERS_SIZE = 256 };

static const char CALL_USAGE[] =
    "fyr call METHOD ['JSON' | -] [--service NAME]\n"
    "  METHOD as `fyr methods` lists it, e.g. Leases/ListLeases. '-' reads JSON from standard input.\n"
    "  --service says whom to ask for what every service answers, e.g. Node/GetHealth.\n";

/* What stands behind the method, or on standard input; one byte over JSON_TEXT_MAX is enough to be refused. */
static void read_request (const char *text, buffer_t *out)
{
    char chunk[4096];
    size_t size = 1;
    if (strcmp (text, "-") != 0)
        buffer_append_text (out, text);
    else
        while (size > 0 && out->size <= JSON_TEXT_MAX) {
            size = fread (chunk, 1, sizeof chunk, stdin);
            buffer_append (out, chunk, size);
        }
}

int command_call (session_t *session, int argc, char **argv)
{
    const char *method = NULL, *text = "{}", *service = NULL;
    settings_t settings = *session_settings (session);
    settings.json = true; /* as the request is */
    int words = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp (argv[i], "--help") == 0)
            return say_help (session_settings (session), CALL_USAGE);
        if (strcmp (argv[i], "--service") == 0 && i + 1 < argc)
            service = argv[++i];
        else if (words++ == 0)
            method = argv[i];
        else
            text = argv[i];
    }
    if (!method || words > 2)
        return say_misused (session_settings (session), CALL_USAGE, "fyr call takes a method and one JSON object");
    fault_t why = { 0 };
    catalogue_entry_t entry;
    if (catalogue_find (method, &entry, &why) != STATUS_OK)
        return say_failed (&settings, &why);
    if (!entry.service && !service)
        return say_misused (session_settings (session), CALL_USAGE,
                            "every service answers this method: say which with --service");
    owned_buffer request = BUFFER (JSON_TEXT_MAX + 4096);
    json_t *reply = NULL;
    read_request (text, &request);
    if (session_call_text (session, entry, service, buffer_bytes (&request), &reply, &why) != STATUS_OK)
        return say_failed (&settings, &why);
    render_reply (entry.method->reply, reply, true);
    json_decref (reply);
    return EXIT_DONE;
}

static json_t *describe (catalogue_entry_t entry)
{
    char callers[CALLERS_SIZE];
    return json_pack ("{ss, ss, ss, sb, ss}", "service", entry.service ? entry.service : "every", "method",
                      method_short_name (entry.method), "kind", entry.method->command ? "command" : "query", "personal",
                      (int) entry.method->personal, "callers", method_callers (entry.method, callers, sizeof callers));
}

static void print_methods (const char *service)
{
    static const char *const HEAD[] = { "service", "method", "kind", "who may call" };
    size_t count = catalogue_count (), rows = 0;
    const char **cells = calloc (4 * count, sizeof *cells);
    char (*callers)[CALLERS_SIZE] = calloc (count, sizeof *callers);
    for (size_t i = 0; cells && callers && i < count; i++) {
        catalogue_entry_t entry = catalogue_at (i);
        if (service && (!entry.service || strcmp (entry.service, service) != 0))
            continue;
        const char **row = cells + 4 * rows;
        row[0] = entry.service ? entry.service : "every";
        row[1] = method_short_name (entry.method);
        row[2] = entry.method->command ? "command" : entry.method->personal ? "personal read" : "query";
        row[3] = method_callers (entry.method, callers[rows++], CALLERS_SIZE);
    }
    render_table (HEAD, cells, 4, rows);
    free (cells);
    free (callers);
}

int command_methods (session_t *session, int argc, char **argv)
{
    static const char USAGE[] = "fyr methods [SERVICE]    every method, its kind, and who may call it\n";
    if (argc > 1 && strcmp (argv[1], "--help") == 0)
        return say_help (session_settings (session), USAGE);
    const char *service = argc > 1 ? argv[1] : NULL;
    if (argc > 2 || (service && !catalogue_contract (service)))
        return say_misused (session_settings (session), USAGE, "there is no such service");
    if (!session_settings (session)->json) {
        print_methods (service);
        return EXIT_DONE;
    }
    json_t *list = json_array ();
    for (size_t i = 0; i < catalogue_count (); i++)
        if (!service || (catalogue_at (i).service && strcmp (catalogue_at (i).service, service) == 0))
            json_array_append_new (list, describe (catalogue_at (i)));
    say_json (list);
    return EXIT_DONE;
}
