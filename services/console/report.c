/* fyr report status: the report of the steering group, as text or JSON. */
#include "console/commands.h"
#include "console/say.h"

#include <stdio.h>
#include <string.h>

static const char USAGE[] =
    "fyr report status [--lang da|en] [--month 2026-03 | --from 2026-01-01 --to 2026-12-31]\n"
    "  statusrapporten: på dansk, medmindre der bedes om engelsk; --json giver dens felter og dens tekst\n";

static const char *field_of (const char *option)
{
    static const char *const FIELDS[][2] = { { "--month", "month" }, { "--from", "from_day" }, { "--to", "to_day" } };
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
        if (strcmp (option, FIELDS[i][0]) == 0)
            return FIELDS[i][1];
    return NULL;
}

/* NULL when something is not understood. */
static json_t *read_request (int argc, char **argv)
{
    json_t *request = json_pack ("{ss}", "language", "DA");
    for (int i = 2; i < argc; i += 2) {
        bool language = strcmp (argv[i], "--lang") == 0;
        const char *value = i + 1 < argc ? argv[i + 1] : "", *field = field_of (argv[i]);
        bool english = strcmp (value, "en") == 0;
        if (language && (english || strcmp (value, "da") == 0)) {
            json_object_set_new (request, "language", json_string (english ? "EN" : "DA"));
        } else if (field && value[0]) {
            json_object_set_new (request, field, json_string (value));
        } else {
            json_decref (request);
            return NULL;
        }
    }
    return request;
}

int command_report (session_t *session, int argc, char **argv)
{
    if (argc > 1 && strcmp (argv[1], "--help") == 0)
        return say_help (session_settings (session), USAGE);
    json_t *request = argc > 1 && strcmp (argv[1], "status") == 0 ? read_request (argc, argv) : NULL, *reply = NULL;
    if (!request)
        return say_misused (session_settings (session), USAGE, "sig hvilken rapport: status, og hvad den skal være om");
    fault_t why = { 0 };
    status_t status = session_ask (session, "Reports/GetStatusReport", NULL, request, &reply, &why);
    json_decref (request);
    if (status != STATUS_OK)
        return say_failed (session_settings (session), &why);
    if (session_settings (session)->json)
        say_json (json_incref (reply));
    else
        puts (json_string_value (json_object_get (reply, "text")));
    json_decref (reply);
    return EXIT_DONE;
}
