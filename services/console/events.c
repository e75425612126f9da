/* fyr events: an owner's log, read page by page and printed as JSON, one event per line. */
#include "base/arena.h"
#include "base/ensure.h"
#include "console/commands.h"
#include "console/say.h"
#include "wire/json.h"
#include "wire/message.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLLOW_EVERY_MS = 500, EVENT_MEMORY = 1024 * 1024 };

static const char USAGE[] =
    "fyr events SERVICE [--after N] [--follow]    what happened there, one JSON object per line\n";

static size_t from_hex (const char *hex, uint8_t *out, size_t size)
{
    size_t length = 0;
    for (; hex[0] && hex[1] && length < size; hex += 2) {
        char pair[] = { hex[0], hex[1], '\0' };
        out[length++] = (uint8_t) strtoul (pair, NULL, 16);
    }
    return length;
}

static void print_event (const contract_t *contract, arena_t *arena, json_t *record, const char *hex)
{
    static uint8_t packed[WIRE_MESSAGE_MAX];
    ProtobufCMessage *event = NULL;
    size_t size = from_hex (hex, packed, sizeof packed);
    arena_reset (arena);
    if (message_decode (contract->event, bytes_of (packed, size), sizeof packed, arena, &event, NULL) != STATUS_OK)
        return;
    json_t *line = json_object ();
    json_object_set (line, "seq", json_object_get (record, "seq"));
    json_object_set (line, "at", json_object_get (record, "at"));
    json_t *fields = json_from_message (contract->event, event, false);
    json_object_update (line, fields);
    json_dumpf (line, stdout, JSON_COMPACT);
    fputc ('\n', stdout);
    json_decref (fields);
    json_decref (line);
}

/* Prints one page and gives the number it reached; `after` itself when there was nothing new. */
static long long print_page (const contract_t *contract, arena_t *arena, json_t *page, long long after)
{
    json_t *records = json_object_get (json_object_get (page, "body"), "records"), *record, *event;
    size_t i, k;
    json_array_foreach (records, i, record) json_array_foreach (json_object_get (record, "events"), k, event)
        print_event (contract, arena, record, json_string_value (event));
    fflush (stdout);
    json_t *last = json_object_get (json_object_get (page, "header"), "last");
    long long reached = json_integer_value (last);
    return reached > after ? reached : after;
}

static int print_log (session_t *session, const char *service, long long after, bool follow)
{
    const contract_t *contract = catalogue_contract (service);
    arena_t *arena = arena_new (EVENT_MEMORY);
    int ended = EXIT_DONE;
    for (;;) {
        fault_t why = { 0 };
        json_t *page = NULL, *request = json_pack ("{sI}", "after", (json_int_t) after);
        status_t status = session_ask (session, "Node/ReadFeed", service, request, &page, &why);
        json_decref (request);
        if (status != STATUS_OK) {
            settings_t settings = *session_settings (session);
            settings.json = true; /* as the events are */
            ended = say_failed (&settings, &why);
            break;
        }
        long long reached = print_page (contract, arena, page, after);
        json_decref (page);
        if (reached == after && !follow)
            break;
        if (reached == after)
            (void) poll (NULL, 0, FOLLOW_EVERY_MS);
        after = reached;
    }
    arena_destroy (&arena);
    return ended;
}

int command_events (session_t *session, int argc, char **argv)
{
    const char *service = NULL;
    long long after = 0;
    bool follow = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp (argv[i], "--help") == 0)
            return say_help (session_settings (session), USAGE);
        if (strcmp (argv[i], "--after") == 0 && i + 1 < argc)
            after = strtoll (argv[++i], NULL, 10);
        else if (strcmp (argv[i], "--follow") == 0)
            follow = true;
        else
            service = argv[i];
    }
    if (!service || !catalogue_contract (service) || after < 0)
        return say_misused (session_settings (session), USAGE,
                            "say which service: lease, guidance, placement, bridging or reporting");
    return print_log (session, service, after, follow);
}
