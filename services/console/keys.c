/* fyr keys, fyr clock: what an operator sets up. */
#include "bus/keys.h"
#include "base/own.h"
#include "base/time.h"
#include "bus/clock.h"
#include "console/commands.h"
#include "console/render.h"
#include "console/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_PORT = 5601, PATH_SIZE = 4096 };

static const char KEYS_USAGE[] =
    "fyr keys init [--host ADDRESS | --containers] [--port N]   make every key and the key table in the keys "
    "directory\n"
    "    --host 127.0.0.1   all services on this machine (default); --containers: each under its own host name\n"
    "    --port 5601        services take two ports each from here\n"
    "fyr keys list                                              who is who, and whose key counts\n"
    "fyr keys add NAME ROLE                                     one more desk, which may act as tmf_desk, bif_desk,\n"
    "                                                           sof_desk, steering_desk or operator\n"
    "fyr keys revoke NAME                                       it is out, also where it is connected\n"
    "fyr keys rotate NAME                                       a new secret; the old key counts until it is retired\n"
    "fyr keys retire NAME                                       the old key is out\n";

static int init (const settings_t *settings, int argc, char **argv)
{
    keys_plan_t plan = { .directory = settings->keys, .host = "127.0.0.1", .first_port = FIRST_PORT };
    for (int i = 0; i < argc; i++) {
        if (strcmp (argv[i], "--containers") == 0)
            plan.host = NULL;
        else if (strcmp (argv[i], "--host") == 0 && i + 1 < argc)
            plan.host = argv[++i];
        else if (strcmp (argv[i], "--port") == 0 && i + 1 < argc)
            plan.first_port = (int) strtol (argv[++i], NULL, 10);
        else
            return say_misused (settings, KEYS_USAGE, "that is no option of fyr keys init");
    }
    if (plan.first_port < 1 || plan.first_port > 65000)
        return say_misused (settings, KEYS_USAGE, "a port is between 1 and 65000");
    fault_t why = { 0 };
    if (keys_init (&plan, &why) != STATUS_OK)
        return say_failed (settings, &why);
    return say_done (
        settings, json_pack ("{ss}", "keys", settings->keys),
        "keys and key table are in %s; hand each party its own .secret (and .master) and everybody the registry",
        settings->keys);
}

static int list (const settings_t *settings)
{
    static const char *const HEAD[] = { "name", "may act as", "state", "public keys", "requests", "feed" };
    fault_t why = { 0 };
    owned (registry) registry = registry_load (settings->registry, &why);
    if (!registry)
        return say_failed (settings, &why);
    const char *cells[PARTIES_MAX * 6];
    char keys[PARTIES_MAX][KEYS_TEXT_SIZE];
    json_t *all = json_array ();
    for (size_t i = 0; i < registry_count (registry); i++) {
        const party_t *party = registry_at (registry, i);
        const char *row[] = { party->name,
                              caller_name (party->caller),
                              party->revoked ? "revoked" : "active",
                              party_keys (party, keys[i]),
                              party->requests,
                              party->feed };
        memcpy (cells + 6 * i, row, sizeof row);
        json_array_append_new (all, json_pack ("{ss, ss, ss, ss, ss, ss, ss}", "name", row[0], "acts_as", row[1],
                                               "state", row[2], "public_key", party->public_key, "old_key",
                                               party->old_key, "requests", row[4], "feed", row[5]));
    }
    if (settings->json) {
        say_json (json_incref (all));
    } else {
        render_table (HEAD, cells, 6, registry_count (registry));
    }
    json_decref (all);
    return EXIT_DONE;
}

static int add (const settings_t *settings, const char *name, const char *role)
{
    fault_t why = { 0 };
    if (keys_add (settings->keys, settings->registry, name, caller_by_name (role), &why) != STATUS_OK)
        return say_failed (settings, &why);
    return say_done (settings, json_pack ("{ss, ss}", "name", name, "acts_as", role),
                     "%s may act as %s; hand it %s/%s.secret and the registry, and everybody else the registry", name,
                     role, settings->keys, name);
}

/* The words that change the line of one party. -1 when `word` is none of them. */
static int change (const settings_t *settings, const char *word, const char *name)
{
    fault_t why = { 0 };
    const char *done = NULL;
    if (strcmp (word, "revoke") == 0) {
        done = "is revoked";
        (void) keys_revoke (settings->registry, name, &why);
    } else if (strcmp (word, "rotate") == 0) {
        done = "has a new secret; when it and everybody's key table are where they belong: fyr keys retire";
        (void) keys_rotate (settings->keys, settings->registry, name, &why);
    } else if (strcmp (word, "retire") == 0) {
        done = "has one key again";
        (void) keys_retire (settings->registry, name, &why);
    }
    if (!done)
        return -1;
    if (why.status != STATUS_OK)
        return say_failed (settings, &why);
    return say_done (settings, json_pack ("{ss, ss}", "name", name, "done", word), "%s %s", name, done);
}

int command_keys (session_t *session, int argc, char **argv)
{
    const settings_t *settings = session_settings (session);
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp (word, "--help") == 0)
        return say_help (settings, KEYS_USAGE);
    if (strcmp (word, "init") == 0)
        return init (settings, argc - 2, argv + 2);
    if (strcmp (word, "list") == 0 && argc == 2)
        return list (settings);
    if (strcmp (word, "add") == 0 && argc == 4)
        return add (settings, argv[2], argv[3]);
    int ended = argc == 3 ? change (settings, word, argv[2]) : -1;
    return ended >= 0 ? ended
                      : say_misused (settings, KEYS_USAGE, "fyr keys takes init, list, add, revoke, rotate or retire");
}

int command_clock (session_t *session, int argc, char **argv)
{
    static const char USAGE[] =
        "fyr clock [set INSTANT]    the clock file of a demonstration (--clock): show it, or set it\n";
    const settings_t *settings = session_settings (session);
    char text[ISO_INSTANT_SIZE];
    fault_t why = { 0 };
    if (argc == 2 && strcmp (argv[1], "--help") == 0)
        return say_help (settings, USAGE);
    int64_t instant = 0;
    bool set = argc == 3 && strcmp (argv[1], "set") == 0;
    if (!settings->clock || (argc != 1 && !set) || (set && !instant_parse (argv[2], &instant)))
        return say_misused (settings, USAGE, "say which clock file with --clock, and a time like 2026-03-02T09:00:00Z");
    owned (bus_clock) clock = bus_clock_new (settings->clock, &why);
    if (!clock)
        return say_failed (settings, &why);
    if (set)
        bus_clock_set (clock, instant);
    instant_text (bus_clock_now (clock), text);
    return say_done (settings, json_pack ("{ss}", "now", text), "%s", text);
}
