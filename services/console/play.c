/* fyr play: carries out a script on the bus, at the script's own pace of time. */
#include "console/script.h"

#include "base/bytes.h"
#include "base/ensure.h"
#include "base/own.h"
#include "base/time.h"
#include "bus/clock.h"
#include "console/commands.h"
#include "console/say.h"
#include "console/text_field.h"

#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALUE_MAX = 4096, REST_MS = 5, REST_ROUNDS_MAX = 4000, REQUEST_ID_SIZE = 16 };

static const char USAGE[] =
    "fyr play FOLDER...    carries out the CSV files of the folders on the bus, in the order of their time\n"
    "  With --clock FILE the services' clock is moved along, a day at a time, so that a year passes in a minute.\n"
    "  The file services/console/script.h says how the files look. Commands played again change nothing.\n";

typedef struct {
    session_t *session;
    script_t *script;
    bus_clock_t *clock; /* NULL: the time is the system's */
    json_t *names;      /* handle -> id as text */
    int32_t month;
    size_t calls, refused, month_calls;
} play_t;

/* --- time --- */

static long long number (json_t *object, const char *field)
{
    json_t *value = json_object_get (object, field);
    return json_is_string (value) ? strtoll (json_string_value (value), NULL, 10)
                                  : (long long) json_integer_value (value);
}

static bool resting (json_t *health)
{
    json_t *followers = json_object_get (health, "followers"), *follower;
    size_t i;
    json_array_foreach (followers, i,
                        follower) if (number (follower, "position") < number (follower, "head")) return false;
    return number (health, "calls_waiting") == 0 && number (health, "jobs_running") == 0;
}

/* Everybody up, nobody waiting for anybody, every follower where its owner is. */
static bool look_around (play_t *self, bool *ret_resting, fault_t *reterr)
{
    json_t *heads = json_object (), *empty = json_object (), *seen = json_array ();
    bool up = true;
    *ret_resting = true;
    for (size_t i = 0; CATALOGUE_SERVICES[i] && up; i++) {
        json_t *health = NULL;
        up = session_ask (self->session, "Node/GetHealth", CATALOGUE_SERVICES[i], empty, &health, reterr) == STATUS_OK;
        if (!up)
            break;
        *ret_resting = *ret_resting && resting (health);
        json_object_set (heads, CATALOGUE_SERVICES[i], json_object_get (health, "head"));
        json_array_append_new (seen, health);
    }
    json_t *health, *follower;
    size_t i, k;
    json_array_foreach (seen, i, health) json_array_foreach (
        json_object_get (health, "followers"), k,
        follower) if (number (follower, "position") !=
                      number (heads, json_string_value (json_object_get (follower, "owner")))) *ret_resting = false;
    json_decref (heads);
    json_decref (empty);
    json_decref (seen);
    return up;
}

static status_t wait_for_rest (play_t *self, fault_t *reterr)
{
    for (int round = 0; round < REST_ROUNDS_MAX; round++) {
        bool rests;
        if (!look_around (self, &rests, reterr))
            return reterr->status;
        if (rests)
            return STATUS_OK;
        (void) poll (NULL, 0, REST_MS);
    }
    return fault (reterr, STATUS_DEADLINE_EXCEEDED, "PLAY_NO_REST", "the services do not come to rest");
}

static void show_month (play_t *self, int32_t month)
{
    char text[ISO_MONTH_SIZE];
    if (self->month && self->month_calls && !session_settings (self->session)->json)
        fprintf (stderr, "  %s  %4zu calls\n", month_text (self->month, text), self->month_calls);
    self->month = month;
    self->month_calls = 0;
}

/* A day at a time, with rest in between: what falls due on a day happens on that day. */
static status_t move_to (play_t *self, int64_t at, fault_t *reterr)
{
    if (at == 0 || !self->clock)
        return STATUS_OK;
    if (month_of_day (copenhagen_day (at)) != self->month)
        show_month (self, month_of_day (copenhagen_day (at)));
    while (bus_clock_now (self->clock) < at) {
        status_t status = wait_for_rest (self, reterr);
        if (status != STATUS_OK)
            return status;
        int64_t next = bus_clock_now (self->clock) + MS_PER_DAY;
        bus_clock_set (self->clock, self->calls && next < at ? next : at);
    }
    return STATUS_OK;
}

/* --- one act --- */

static const char *cell (const act_t *act, const char *name)
{
    const char *text = json_string_value (json_object_get (act->cells, name));
    return text && text[0] ? text : NULL;
}

static bool is_stage_direction (const char *column)
{
    static const char *const WORDS[] = { "at", "actor", "because", "desk", "as", "take", "expect", "note" };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp (column, WORDS[i]) == 0)
            return true;
    return false;
}

/* Every @name in the text becomes its id. */
static status_t resolve (const play_t *self, const char *text, char out[VALUE_MAX], fault_t *reterr)
{
    buffer_t value = BUFFER (VALUE_MAX - 1);
    while (*text) {
        size_t length = strcspn (text, text[0] == '@' ? "|" : "@");
        const char *known = NULL;
        if (text[0] == '@') {
            char name[128];
            snprintf (name, sizeof name, "%.*s", (int) length - 1, text + 1);
            known = json_string_value (json_object_get (self->names, name));
            if (!known) {
                buffer_clear (&value);
                return fault (reterr, STATUS_NOT_FOUND, "NAME_UNKNOWN", "nothing is called @%s yet", name);
            }
        }
        buffer_append (&value, known ? known : text, known ? strlen (known) : length);
        text += length;
    }
    snprintf (out, VALUE_MAX, "%s", buffer_text (&value));
    buffer_clear (&value);
    return STATUS_OK;
}

/* A '@' in the middle of other text (an e-mail address) is itself: handles stand alone or after '|'. */
static bool holds_handle (const char *text)
{
    return text[0] == '@' || strstr (text, "|@") != NULL;
}

static status_t build_request (play_t *self, const act_t *act, json_t *request, fault_t *reterr)
{
    const message_rule_t *rule = script_sheet (self->script, act)->entry.method->request;
    const char *column;
    json_t *value;
    json_object_foreach (act->cells, column, value)
    {
        const char *text = json_string_value (value);
        char resolved[VALUE_MAX];
        if (is_stage_direction (column) || !text[0])
            continue;
        status_t status = STATUS_OK;
        if (holds_handle (text)) {
            status = resolve (self, text, resolved, reterr);
            text = resolved;
        }
        if (status == STATUS_OK)
            status = text_field_set (request, rule, column, text, reterr);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static void make_request_id (const play_t *self, const act_t *act, uint8_t out[REQUEST_ID_SIZE])
{
    const char *file = strrchr (script_sheet (self->script, act)->file, '/');
    char *cells = json_dumps (act->cells, JSON_COMPACT | JSON_SORT_KEYS);
    ensure (file && cells);
    crypto_generichash_state state;
    crypto_generichash_init (&state, NULL, 0, REQUEST_ID_SIZE);
    crypto_generichash_update (&state, (const unsigned char *) file, strlen (file));
    crypto_generichash_update (&state, (const unsigned char *) &act->line, sizeof act->line);
    crypto_generichash_update (&state, (const unsigned char *) cells, strlen (cells));
    crypto_generichash_final (&state, out, REQUEST_ID_SIZE);
    for (int i = 0; i < 6; i++)
        out[i] = (uint8_t) ((uint64_t) act->at >> (40 - 8 * i));
    free (cells);
}

static status_t remember (play_t *self, const act_t *act, json_t *reply, fault_t *reterr)
{
    const char *name = cell (act, "as"), *take = cell (act, "take");
    if (!name)
        return STATUS_OK;
    const message_rule_t *rule = script_sheet (self->script, act)->entry.method->reply;
    const char *field = take ? take : rule->descriptor->n_fields ? rule->descriptor->fields[0].name : "";
    json_t *value = json_object_get (reply, field);
    char text[32];
    if (json_is_integer (value))
        snprintf (text, sizeof text, "%lld", (long long) json_integer_value (value));
    else if (json_is_string (value))
        snprintf (text, sizeof text, "%s", json_string_value (value));
    else
        return fault (reterr, STATUS_NOT_FOUND, "NAME_WITHOUT_ID", "the reply has no number %s for @%s", field, name);
    json_object_set_new (self->names, name, json_string (text));
    return STATUS_OK;
}

/* What was expected to be refused was; what was not, was not. */
static status_t judge (play_t *self, const act_t *act, status_t status, const fault_t *why, fault_t *reterr)
{
    const char *expected = cell (act, "expect");
    if (status != STATUS_OK && expected && strcmp (why->reason, expected) == 0) {
        self->refused++;
        return STATUS_OK;
    }
    if (status == STATUS_OK && expected)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLAY_NOT_REFUSED", "expected to be refused with %s",
                      expected);
    if (status != STATUS_OK)
        *reterr = *why;
    return status;
}

static status_t perform (play_t *self, const act_t *act, fault_t *reterr)
{
    uint8_t request_id[REQUEST_ID_SIZE];
    json_t *request = json_object (), *reply = NULL;
    fault_t why = { 0 };
    status_t status = move_to (self, act->at, reterr);
    if (status == STATUS_OK)
        status = build_request (self, act, request, reterr);
    if (status != STATUS_OK) {
        json_decref (request);
        return status;
    }
    make_request_id (self, act, request_id);
    session_act_as (self->session, cell (act, "desk"), cell (act, "actor"), cell (act, "because"));
    session_repeatable (self->session, request_id);
    status = session_call (self->session, script_sheet (self->script, act)->entry, NULL, request, &reply, &why);
    bool carried_out = status == STATUS_OK;
    status = judge (self, act, status, &why, reterr);
    if (status == STATUS_OK && carried_out)
        status = remember (self, act, reply, reterr);
    json_decref (request);
    json_decref (reply);
    self->calls++;
    self->month_calls++;
    return status;
}

static int play (play_t *self)
{
    fault_t why = { 0 };
    for (size_t i = 0; i < script_count (self->script); i++) {
        const act_t *act = script_act (self->script, i);
        if (perform (self, act, &why) != STATUS_OK) {
            fault_t here = { .status = why.status };
            (void) fault (&here, why.status, why.reason, "%s:%zu: %s", script_sheet (self->script, act)->file,
                          act->line, why.message);
            return say_failed (session_settings (self->session), &here);
        }
    }
    show_month (self, 0);
    session_act_as (self->session, NULL, NULL, NULL);
    if (wait_for_rest (self, &why) != STATUS_OK)
        return say_failed (session_settings (self->session), &why);
    return say_done (session_settings (self->session),
                     json_pack ("{sI, sI}", "calls", (json_int_t) self->calls, "refused", (json_int_t) self->refused),
                     "%zu calls, %zu of them refused as the script says", self->calls, self->refused);
}

int command_play (session_t *session, int argc, char **argv)
{
    if (argc < 2 || strcmp (argv[1], "--help") == 0)
        return argc < 2 ? say_misused (session_settings (session), USAGE, "say which folders")
                        : say_help (session_settings (session), USAGE);
    fault_t why = { 0 };
    const char *clock_file = session_settings (session)->clock;
    owned (script) script =
        script_load (argv + 1, (size_t) argc - 1, session_settings (session)->json ? NULL : stderr, &why);
    owned (bus_clock) clock = script && clock_file ? bus_clock_new (clock_file, &why) : NULL;
    if (!script || (clock_file && !clock))
        return say_failed (session_settings (session), &why);
    play_t self = { .session = session, .script = script, .clock = clock, .names = json_object () };
    int ended = play (&self);
    json_decref (self.names);
    return ended;
}
