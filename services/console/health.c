/* fyr health: is everybody up, and how far behind is who. */
#include "console/commands.h"
#include "console/render.h"
#include "console/say.h"

#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { HEALTH_TIMEOUT_MS = 2000, CELL_SIZE = 128, COLUMNS = 8, SERVICES_MAX = 8 };

static long long number (json_t *object, const char *field)
{
    json_t *value = json_object_get (object, field);
    return json_is_string (value) ? strtoll (json_string_value (value), NULL, 10)
                                  : (long long) json_integer_value (value);
}

/* "guidance 3, bridging FEED_AHEAD_OF_OWNER", or "-" for one that follows nobody, or "0" when all is applied. */
static void describe_followers (json_t *health, char out[CELL_SIZE])
{
    json_t *followers = json_object_get (health, "followers"), *follower;
    size_t i, length = 0;
    snprintf (out, CELL_SIZE, "%s", json_array_size (followers) ? "0" : "-");
    json_array_foreach (followers, i, follower)
    {
        const char *stopped = json_string_value (json_object_get (follower, "stopped"));
        const char *owner = json_string_value (json_object_get (follower, "owner"));
        long long behind = number (follower, "head") - number (follower, "position");
        if ((behind <= 0 && !(stopped && stopped[0])) || length >= CELL_SIZE)
            continue;
        length += (size_t) (stopped && stopped[0] ? snprintf (out + length, CELL_SIZE - length, "%s%s %s",
                                                              length ? ", " : "", owner, stopped)
                                                  : snprintf (out + length, CELL_SIZE - length, "%s%s %lld",
                                                              length ? ", " : "", owner, behind));
    }
}

typedef struct {
    char cells[COLUMNS][CELL_SIZE];
} row_t;

/* The first life of a log has no date; a later one is called by the instant when it began. */
static void describe_life (json_t *health, char out[CELL_SIZE])
{
    char text[ISO_INSTANT_SIZE];
    long long epoch = number (health, "epoch");
    snprintf (out, CELL_SIZE, "%s", epoch == 1 ? "first" : instant_text (epoch, text));
}

static void fill_row (row_t *row, const char *service, json_t *health, const fault_t *why)
{
    memset (row, 0, sizeof *row);
    snprintf (row->cells[0], CELL_SIZE, "%s", service);
    if (!health) {
        snprintf (row->cells[1], CELL_SIZE, "%s", why->reason);
        return;
    }
    snprintf (row->cells[1], CELL_SIZE, "%s", json_string_value (json_object_get (health, "state")));
    snprintf (row->cells[2], CELL_SIZE, "%s", json_string_value (json_object_get (health, "version")));
    snprintf (row->cells[3], CELL_SIZE, "%lld", number (health, "head"));
    describe_life (health, row->cells[4]);
    describe_followers (health, row->cells[5]);
    snprintf (row->cells[6], CELL_SIZE, "%lld/%lld", number (health, "calls_waiting"),
              number (health, "timers_waiting"));
    snprintf (row->cells[7], CELL_SIZE, "%lld", number (health, "quarantined"));
}

int command_health (session_t *session, int argc, char **argv)
{
    static const char USAGE[] =
        "fyr health    every service: up, version, head of its log, how far its followers are behind\n";
    static const char *const HEAD[] = { "service", "state",  "version",      "head",
                                        "life",    "behind", "calls/timers", "quarantine" };
    if (argc > 1)
        return strcmp (argv[1], "--help") == 0
                   ? say_help (session_settings (session), USAGE)
                   : say_misused (session_settings (session), USAGE, "no arguments, please");
    session_patience (session, HEALTH_TIMEOUT_MS);
    static row_t rows[SERVICES_MAX];
    const char *cells[SERVICES_MAX * COLUMNS];
    size_t count = 0, down = 0;
    json_t *all = json_object (), *empty = json_object ();
    for (; CATALOGUE_SERVICES[count]; count++) {
        fault_t why = { 0 };
        json_t *health = NULL;
        if (session_ask (session, "Node/GetHealth", CATALOGUE_SERVICES[count], empty, &health, &why) != STATUS_OK)
            down++;
        fill_row (&rows[count], CATALOGUE_SERVICES[count], health, &why);
        for (size_t c = 0; c < COLUMNS; c++)
            cells[count * COLUMNS + c] = rows[count].cells[c];
        json_object_set_new (all, CATALOGUE_SERVICES[count], health ? health : json_pack ("{ss}", "state", why.reason));
    }
    if (session_settings (session)->json) {
        say_json (json_incref (all));
    } else {
        render_table (HEAD, cells, COLUMNS, count);
    }
    json_decref (all);
    json_decref (empty);
    return down ? EXIT_UNAVAILABLE : EXIT_DONE;
}
