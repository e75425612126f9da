#include "commands.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "base/time.h"
#include "wire/json.h"
#include "wire/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POOLS_MAX = 128,
    POOL_MAX = 12,
    ROW_IDS_MAX = 6,
    DRAWS = 6,
    TEXT_MAX = 1600,
    WORD_SIZE = 32,
    HOUR_MS = 3600 * 1000
};

/* --- pools of ids --- */

typedef struct {
    char name[WORD_SIZE];
    uint64_t ids[POOL_MAX];
    size_t count; /* of all that were ever put in; the newest POOL_MAX are there */
} pool_t;

/* What belongs together: the ids of one request and of its reply. `@ProposeMatch.candidate` and
 * `@ProposeMatch.position` in one body come from one of these. */
typedef struct {
    char names[ROW_IDS_MAX][WORD_SIZE];
    uint64_t ids[ROW_IDS_MAX];
    size_t count;
} together_t;

typedef struct {
    char method[WORD_SIZE];
    together_t rows[POOL_MAX];
    size_t count; /* of all that ever were; the newest POOL_MAX are there */
} history_t;

struct pools {
    pool_t list[POOLS_MAX];
    size_t count;
    history_t histories[POOLS_MAX];
    size_t n_histories;
};

pools_t *pools_new (void)
{
    pools_t *self = calloc (1, sizeof *self);
    ensure (self);
    return self;
}

void pools_destroy (pools_t **self)
{
    free (*self);
    *self = NULL;
}

static pool_t *pool_named (pools_t *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->list[i].name, name) == 0)
            return &self->list[i];
    ensure (self->count < POOLS_MAX);
    pool_t *pool = &self->list[self->count++];
    snprintf (pool->name, sizeof pool->name, "%s", name);
    return pool;
}

static void pool_put (pools_t *self, const char *name, uint64_t id)
{
    if (id == 0)
        return;
    pool_t *pool = pool_named (self, name);
    pool->ids[pool->count++ % POOL_MAX] = id;
}

static size_t pool_size (pools_t *self, const char *name)
{
    size_t count = pool_named (self, name)->count;
    return count < POOL_MAX ? count : POOL_MAX;
}

/* A list `desks` feeds the pool `desk`; what SOF hands over as a pseudonym is a candidate to BIF. */
static void learn_field (pools_t *pools, const ProtobufCFieldDescriptor *field, const void *message)
{
    char name[WORD_SIZE];
    snprintf (name, sizeof name, "%s", strcmp (field->name, "pseudonym") == 0 ? "candidate" : field->name);
    const char *at = (const char *) message + field->offset;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        uint64_t id;
        memcpy (&id, at, sizeof id);
        pool_put (pools, name, id);
        return;
    }
    size_t count;
    const uint64_t *ids;
    memcpy (&count, (const char *) message + field->quantifier_offset, sizeof count);
    memcpy (&ids, at, sizeof ids);
    name[strlen (name) - 1] = '\0';
    for (size_t i = 0; i < count; i++)
        pool_put (pools, name, ids[i]);
}

static history_t *history_of (pools_t *self, const char *method, size_t size)
{
    for (size_t i = 0; i < self->n_histories; i++)
        if (strncmp (self->histories[i].method, method, size) == 0 && self->histories[i].method[size] == '\0')
            return &self->histories[i];
    ensure (self->n_histories < POOLS_MAX && size < WORD_SIZE);
    history_t *history = &self->histories[self->n_histories++];
    memcpy (history->method, method, size);
    return history;
}

static bool is_id (const message_rule_t *rule, unsigned i)
{
    return rule->descriptor->fields[i].type == PROTOBUF_C_TYPE_UINT64 && rule->fields[i].format == FORMAT_ID;
}

static void put_together (together_t *row, const message_rule_t *rule, const ProtobufCMessage *message)
{
    for (unsigned i = 0; i < rule->descriptor->n_fields && row->count < ROW_IDS_MAX; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        if (!is_id (rule, i) || field->label == PROTOBUF_C_LABEL_REPEATED)
            continue;
        snprintf (row->names[row->count], WORD_SIZE, "%s", field->name);
        memcpy (&row->ids[row->count++], (const char *) message + field->offset, sizeof (uint64_t));
    }
}

/* What a list shows: of each item its own id, which is its first field. */
static void learn_items (pools_t *pools, const message_rule_t *item, const ProtobufCFieldDescriptor *field,
                         const void *message)
{
    size_t count;
    char *const *list;
    memcpy (&count, (const char *) message + field->quantifier_offset, sizeof count);
    memcpy (&list, (const char *) message + field->offset, sizeof list);
    for (size_t i = 0; i < count && is_id (item, 0); i++)
        learn_field (pools, &item->descriptor->fields[0], list[i]);
}

void command_learn (sim_t *sim, const method_t *method, const ProtobufCMessage *request, const ProtobufCMessage *reply)
{
    for (unsigned i = 0; i < method->reply->descriptor->n_fields; i++)
        if (is_id (method->reply, i))
            learn_field (sim->pools, &method->reply->descriptor->fields[i], reply);
        else if (method->reply->descriptor->fields[i].label == PROTOBUF_C_LABEL_REPEATED &&
                 method->reply->submessages[i])
            learn_items (sim->pools, method->reply->submessages[i], &method->reply->descriptor->fields[i], reply);
    const char *name = strrchr (method->name, '/') + 1;
    history_t *history = history_of (sim->pools, name, strlen (name));
    together_t *row = &history->rows[history->count++ % POOL_MAX];
    row->count = 0;
    put_together (row, method->request, request);
    put_together (row, method->reply, reply);
}

/* --- what can be asked --- */

#define RECORD                                                                                                         \
    "{'name': '" SECRET_NAME " $number', 'cpr': '" SECRET_CPR "$cpr', 'notes': '" SECRET_NOTE "',"                     \
    " 'abilities': [{'dimension': 'lifting', 'level': $level}, {'dimension': 'standing', 'level': $level}],"           \
    " 'conditions': ['" SECRET_NEED "'], 'weekly_minutes_most': $minutes, 'district': $district,"                      \
    " 'times': [{'day': 'TUESDAY', 'from_hour': 8, 'until_hour': 16}], 'travel_minutes_most': 45}"

/* @pool: an id from the pool; @Method.field: from one request and its reply, the same for all in a body. $word: drawn.
 * `most`: not once that many of `makes` are known. */
static const struct {
    caller_t caller;
    unsigned weight;
    const char *service, *method, *body;
    const char *makes;
    size_t most;
} COMMANDS[] = {
    { CALLER_TMF_DESK, 40, "lease", "House/CreatePremises",
      "{'name': 'Hus $number', 'district': $district, 'monthly_rent_ore': $ore, 'notice_months': 3}", "premises", 1 },
    { CALLER_TMF_DESK, 40, "lease", "House/AddDesks", "{'premises': @premises, 'count': 2, 'name_prefix': 'A'}", "desk",
      5 },
    { CALLER_TMF_DESK, 40, "lease", "House/CreateRoom",
      "{'premises': @premises, 'name': 'Rum $number', 'seats': 6, 'step_free': true}", "room", 2 },
    { CALLER_TMF_DESK, 1, "lease", "House/CloseHouse",
      "{'premises': @premises, 'from_day': '$later', 'last_day': '$later', 'reason': 'Rengøring'}", NULL, 0 },
    { CALLER_TMF_DESK, 1, "lease", "House/SetTerms",
      "{'premises': @premises, 'monthly_rent_ore': $ore, 'notice_months': 3}", NULL, 0 },
    { CALLER_TMF_DESK, 12, "lease", "Tenants/RegisterTenant", "{'cvr': '$cvr', 'name': 'Virksomhed $number'}", NULL,
      0 },
    { CALLER_TMF_DESK, 2, "lease", "Tenants/AddEvidence",
      "{'tenant': @tenant, 'kind': 'STATEMENT', 'text': 'Set af husets leder'}", NULL, 0 },
    { CALLER_TMF_DESK, 12, "lease", "Leases/OfferLease",
      "{'tenant': @tenant, 'desks': [@desk], 'from_day': '$day', 'answer_by': $soon}", NULL, 0 },
    { CALLER_TMF_DESK, 10, "lease", "Leases/OfferLease",
      "{'tenant': @tenant, 'premises': @premises, 'desk_count': $few, 'from_day': '$day'}", NULL, 0 },
    { CALLER_TMF_DESK, 14, "lease", "Leases/SignLease", "{'lease': @lease}", NULL, 0 },
    { CALLER_TMF_DESK, 6, "lease", "Leases/WithdrawLease", "{'lease': @lease}", NULL, 0 },
    { CALLER_TMF_DESK, 6, "lease", "Leases/GiveNotice", "{'lease': @lease}", NULL, 0 },
    { CALLER_TMF_DESK, 10, "lease", "Waitlist/JoinWaitlist", "{'tenant': @tenant, 'desks': $few}", NULL, 0 },
    { CALLER_TMF_DESK, 8, "lease", "Waitlist/OfferFreeDesks", "{'expires_at': $soon}", NULL, 0 },
    { CALLER_TMF_DESK, 8, "lease", "Waitlist/AcceptWaitlistOffer", "{'entry': @entry}", NULL, 0 },
    { CALLER_TMF_DESK, 4, "lease", "Waitlist/RefuseWaitlistOffer", "{'entry': @entry, 'reason': 'For dyrt'}", NULL, 0 },
    { CALLER_TMF_DESK, 3, "lease", "Waitlist/LeaveWaitlist", "{'entry': @entry}", NULL, 0 },
    { CALLER_TMF_DESK, 24, "lease", "Rooms/BookRoom",
      "{'room': @room, 'starts_at': $slot, 'ends_at': $end, 'title': 'Møde'}", NULL, 0 },
    { CALLER_TMF_DESK, 8, "lease", "Rooms/ReleaseRoom", "{'booking': @booking}", NULL, 0 },
    { CALLER_TMF_DESK, 6, "lease", "Rooms/ChangeBooking", "{'booking': @booking, 'starts_at': $slot, 'ends_at': $end}",
      NULL, 0 },
    { CALLER_TMF_DESK, 6, "lease", "Rooms/ChangeBooking", "{'booking': @booking, 'room': @room}", NULL, 0 },
    { CALLER_TMF_DESK, 6, "lease", "Rooms/ListBookings", "{}", NULL, 0 },
    { CALLER_TMF_DESK, 3, "lease", "Rooms/SetRoomRules", "{'room': @room, 'needs_approval': $yes}", NULL, 0 },
    { CALLER_TMF_DESK, 8, "lease", "Rooms/ApproveBooking", "{'booking': @booking}", NULL, 0 },
    { CALLER_TMF_DESK, 3, "lease", "Series/BookSeries",
      "{'room': @room, 'starts_at': $slot, 'ends_at': $end, 'rule': 'FREQ=DAILY;COUNT=3', 'skip_taken': $yes,"
      " 'title': 'Kursus'}",
      NULL, 0 },
    { CALLER_TMF_DESK, 10, "lease", "Rent/RunCharges", "{'month': '$month'}", NULL, 0 },
    { CALLER_TMF_DESK, 10, "lease", "Rent/RecordPayment", "{'lease': @lease, 'amount_ore': $ore}", NULL, 0 },
    { CALLER_TMF_DESK, 3, "lease", "Rent/DemandPayment", "{'lease': @lease}", NULL, 0 },
    { CALLER_TMF_DESK, 2, "lease", "Rent/ReturnDeposit", "{'lease': @lease}", NULL, 0 },
    { CALLER_TMF_DESK, 4, "lease", "Leases/ListLeases", "{}", NULL, 0 },
    { CALLER_TMF_DESK, 6, "reporting", "Money/PostActual",
      "{'administration': 'TMF', 'activity': 'drift', 'month': '$month', 'amount_ore': $ore}", NULL, 0 },

    { CALLER_BIF_DESK, 40, "guidance", "Guides/RegisterGuide",
      "{'name': 'Vejleder $number', 'competences': ['ENTREPRENEURSHIP', 'WORKSHOP'], 'languages': ['da'], 'plan': ["
      "{'weekday': 1, 'from_minute': 0, 'to_minute': 1440}, {'weekday': 2, 'from_minute': 0, 'to_minute': 1440},"
      "{'weekday': 3, 'from_minute': 0, 'to_minute': 1440}, {'weekday': 4, 'from_minute': 0, 'to_minute': 1440},"
      "{'weekday': 5, 'from_minute': 0, 'to_minute': 1440}, {'weekday': 6, 'from_minute': 0, 'to_minute': 1440}]}",
      "guide", 2 },
    { CALLER_BIF_DESK, 40, "guidance", "Offers/CreateOffer",
      "{'kind': 'WORKSHOP', 'title': 'Værksted $number', 'duration_minutes': 60, 'needs_room': true, 'seats': 2}",
      "offer", 2 },
    { CALLER_BIF_DESK, 8, "guidance", "Participants/RegisterParticipant",
      "{'kind': 'ENTERPRISE', 'cvr': '$cvr', 'name': '" SECRET_GUEST " $number', 'stage': 'IDEA'}", NULL, 0 },
    { CALLER_BIF_DESK, 30, "guidance", "Sessions/BookSession",
      "{'offer': @offer, 'guide': @guide, 'room': @room, 'starts_at': $slot}", NULL, 0 },
    { CALLER_BIF_DESK, 10, "guidance", "Sessions/CancelSession", "{'session': @session}", NULL, 0 },
    { CALLER_BIF_DESK, 10, "guidance", "Sessions/BookAnotherRoom", "{'session': @session, 'room': @room}", NULL, 0 },
    { CALLER_BIF_DESK, 4, "guidance", "Sessions/AcknowledgeMove", "{'session': @session}", NULL, 0 },
    { CALLER_BIF_DESK, 14, "guidance", "Attendance/AddParticipant",
      "{'session': @session, 'participant': @participant}", NULL, 0 },
    { CALLER_BIF_DESK, 4, "guidance", "Attendance/RecordAttendance", "{'session': @session, 'came': [@participant]}",
      NULL, 0 },
    { CALLER_BIF_DESK, 3, "guidance", "Participants/ListParticipants", "{}", NULL, 0 },
    { CALLER_BIF_DESK, 10, "placement", "Positions/OpenPosition",
      "{'cvr': '$cvr', 'name': 'Virksomhed', 'title': 'Hjælper', 'demands': [{'dimension': 'lifting', 'level': 1}],"
      " 'conditions': ['" SECRET_NEED "'], 'weekly_minutes': 60, 'hourly_wage_ore': 14000, 'openings': 1,"
      " 'district': $district, 'times': [{'day': 'TUESDAY', 'from_hour': 9, 'until_hour': 12}]}",
      "position", 4 },
    { CALLER_BIF_DESK, 1, "placement", "Positions/ClosePosition", "{'position': @position}", NULL, 0 },
    { CALLER_BIF_DESK, 6, "placement", "Candidates/RegisterCandidate",
      "{'abilities': [{'dimension': 'lifting', 'level': $level}], 'conditions': ['" SECRET_NEED "'],"
      " 'weekly_minutes_most': $minutes, 'district': $district,"
      " 'times': [{'day': 'TUESDAY', 'from_hour': 8, 'until_hour': 16}], 'travel_minutes_most': 45}",
      NULL, 0 },
    { CALLER_BIF_DESK, 1, "placement", "Candidates/EraseCandidate", "{'candidate': @candidate}", NULL, 0 },
    { CALLER_BIF_DESK, 10, "placement", "Candidates/AcceptReferral", "{'candidate': @GetReferral.pseudonym}", NULL, 0 },
    { CALLER_BIF_DESK, 2, "placement", "Candidates/RejectReferral",
      "{'candidate': @GetReferral.pseudonym, 'reason': 'Ingen timer lige nu'}", NULL, 0 },
    { CALLER_BIF_DESK, 10, "placement", "Matches/ProposeMatch", "{'candidate': @candidate, 'position': @position}",
      NULL, 0 },
    { CALLER_BIF_DESK, 4, "placement", "Pairs/LockPair",
      "{'candidate': @candidate, 'position': @position, 'reason': 'Passer'}", NULL, 0 },
    { CALLER_BIF_DESK, 3, "placement", "Pairs/ForbidPair",
      "{'candidate': @candidate, 'position': @position, 'reason': 'Passer'}", NULL, 0 },
    { CALLER_BIF_DESK, 2, "placement", "Pairs/FreePair",
      "{'candidate': @LockPair.candidate, 'position': @LockPair.position, 'reason': 'Passer'}", NULL, 0 },
    { CALLER_BIF_DESK, 4, "placement", "Matches/ProposeMatches", "{}", NULL, 0 },
    { CALLER_BIF_DESK, 2, "placement", "Matches/CancelRun", "{'run': @ProposeMatches.run, 'reason': 'Passer'}", NULL,
      0 },
    { CALLER_BIF_DESK, 4, "placement", "Matches/RepeatRun", "{'run': @ProposeMatches.run}", NULL, 0 },
    { CALLER_BIF_DESK, 4, "placement", "Matches/GetRun", "{'run': @RepeatRun.run}", NULL, 0 },
    { CALLER_BIF_DESK, 40, "placement", "Matches/DecideMatch",
      "{'candidate': @ProposeMatch.candidate, 'position': @ProposeMatch.position, 'by': '$party', 'accept': $yes,"
      " 'reason': 'Passer'}",
      NULL, 0 },
    { CALLER_BIF_DESK, 10, "placement", "Placements/StartPlacement",
      "{'candidate': @ProposeMatch.candidate, 'position': @ProposeMatch.position, 'start_day': '$day',"
      " 'weekly_minutes': 60}",
      NULL, 0 },
    { CALLER_BIF_DESK, 3, "placement", "Placements/EndPlacement",
      "{'placement': @placement, 'day': '$day', 'cause': 'CONTRACT_ENDED'}", NULL, 0 },
    { CALLER_BIF_DESK, 8, "placement", "Placements/ReportHours",
      "{'placement': @placement, 'month': '$month', 'source': 'EINDKOMST', 'paid_minutes': $minutes, 'wage_ore': $ore}",
      NULL, 0 },
    { CALLER_BIF_DESK, 4, "placement", "Candidates/ListCandidates", "{}", NULL, 0 },
    { CALLER_BIF_DESK, 4, "reporting", "Money/PostActual",
      "{'administration': 'BIF', 'activity': 'vejledning', 'month': '$month', 'amount_ore': $ore}", NULL, 0 },

    { CALLER_SOF_DESK, 10, "bridging", "Clients/RegisterClient", "{'record': " RECORD "}", NULL, 0 },
    { CALLER_SOF_DESK, 2, "bridging", "Clients/UpdateClient", "{'client': @client, 'record': " RECORD "}", NULL, 0 },
    { CALLER_SOF_DESK, 4, "bridging", "Clients/GetClient", "{'client': @client}", NULL, 0 },
    { CALLER_SOF_DESK, 16, "bridging", "Consents/GiveConsent",
      "{'client': @client, 'recipient': 'placement', 'purpose': 'Et lille job', 'fields': ['ABILITIES', 'CONDITIONS',"
      " 'HOURS', 'TIMES', 'TRAVEL'], 'from_day': '$today', 'until_day': '$day'}",
      NULL, 0 },
    { CALLER_SOF_DESK, 10, "bridging", "Consents/WithdrawConsent", "{'consent': @consent}", NULL, 0 },
    { CALLER_SOF_DESK, 22, "bridging", "Referrals/ReferClient",
      "{'client': @GiveConsent.client, 'consent': @GiveConsent.consent, 'answer_by': $soon}", NULL, 0 },
    { CALLER_SOF_DESK, 16, "bridging", "Referrals/GetReferral", "{'referral': @referral}", NULL, 0 },
    { CALLER_SOF_DESK, 4, "bridging", "Referrals/RevokeReferral", "{'referral': @referral}", NULL, 0 },
    { CALLER_SOF_DESK, 2, "bridging", "Rights/ExportClient", "{'client': @client}", NULL, 0 },
    { CALLER_SOF_DESK, 1, "bridging", "Rights/EraseClient", "{'client': @client}", NULL, 0 },
    { CALLER_SOF_DESK, 2, "bridging", "Consents/GetReceipt", "{'consent': @consent}", NULL, 0 },

    { CALLER_STEERING_DESK, 4, "reporting", "Programme/LoadPhase",
      "{'phase': 'opstart', 'from_day': '2026-01-01', 'to_day': '2026-12-31', 'title': 'Opstart',"
      " 'title_en': 'Start-up', 'source': 'note', 'confidence': 'high'}",
      NULL, 0 },
    { CALLER_STEERING_DESK, 6, "reporting", "Programme/LoadTarget",
      "{'indicator': 'desks', 'low': 40, 'high': 50, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
      " 'source': 'note', 'confidence': 'high'}",
      NULL, 0 },
    { CALLER_STEERING_DESK, 8, "reporting", "Money/LoadBudgetLine",
      "{'administration': 'TMF', 'activity': 'drift', 'year': 2026, 'amount_ore': $ore, 'price_level': '2026',"
      " 'committee': 'TMU', 'appropriation': 'Drift', 'title': 'Drift', 'title_en': 'Operation', 'source': 'note',"
      " 'confidence': 'high'}",
      NULL, 0 },
    { CALLER_STEERING_DESK, 8, "reporting", "Money/LoadBudgetLine",
      "{'administration': 'BIF', 'activity': 'vejledning', 'year': 2026, 'amount_ore': $ore, 'price_level': '2026',"
      " 'committee': 'BIU', 'appropriation': 'Vejledning', 'title': 'Vejledning', 'title_en': 'Guidance',"
      " 'source': 'note', 'confidence': 'high'}",
      NULL, 0 },
    { CALLER_STEERING_DESK, 6, "reporting", "Reports/GetStatusReport",
      "{'from_day': '2026-01-01', 'to_day': '2026-12-31', 'language': 'DA'}", NULL, 0 },
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

/* --- filling in --- */

static const char *const NUMBERS[] = { "41329289", "45518558", "39637049", "29189846", "25313763", "13612870" };

static void write_instant (buffer_t *out, int64_t instant)
{
    char text[ISO_INSTANT_SIZE];
    buffer_printf (out, "\"%s\"", instant_text (instant, text));
}

static void write_day (buffer_t *out, int32_t day)
{
    char text[ISO_DAY_SIZE];
    buffer_append_text (out, day_text (day, text));
}

/* Few hours on few days: they are wanted by many. */
static int64_t draw_slot (sim_t *sim)
{
    int64_t day = sim->now / (24 * HOUR_MS) + 1 + (int64_t) below (sim, 3);
    return day * 24 * HOUR_MS + (8 + (int64_t) below (sim, 4)) * HOUR_MS;
}

static void write_word (sim_t *sim, buffer_t *out, const char *word, int64_t *slot)
{
    int32_t today = copenhagen_day (sim->now);
    if (strcmp (word, "slot") == 0)
        write_instant (out, *slot = draw_slot (sim));
    else if (strcmp (word, "end") == 0)
        write_instant (out, *slot + HOUR_MS);
    else if (strcmp (word, "soon") == 0)
        write_instant (out, sim->now + 5000 + (int64_t) below (sim, 100) * 2000);
    else if (strcmp (word, "day") == 0)
        write_day (out, today + (int32_t) below (sim, 5));
    else if (strcmp (word, "later") == 0)
        write_day (out, today + 4);
    else if (strcmp (word, "today") == 0)
        write_day (out, today);
    else if (strcmp (word, "month") == 0)
        buffer_printf (out, "2026-%02d", 1 + (int) below (sim, 3));
    else if (strcmp (word, "cvr") == 0)
        buffer_append_text (out, NUMBERS[below (sim, sizeof NUMBERS / sizeof NUMBERS[0])]);
    else if (strcmp (word, "cpr") == 0)
        buffer_printf (out, "%04d", 1000 + (int) below (sim, 40));
    else if (strcmp (word, "district") == 0)
        buffer_printf (out, "%d", 1 + (int) below (sim, 10));
    else if (strcmp (word, "few") == 0)
        buffer_printf (out, "%d", 1 + (int) below (sim, 3));
    else if (strcmp (word, "level") == 0)
        buffer_printf (out, "%d", (int) below (sim, 5));
    else if (strcmp (word, "minutes") == 0)
        buffer_printf (out, "%d", 60 + (int) below (sim, 10) * 30);
    else if (strcmp (word, "ore") == 0)
        buffer_printf (out, "%d", 1000 + (int) below (sim, 100000));
    else if (strcmp (word, "yes") == 0)
        buffer_append_text (out, of_thousand (sim, 850) ? "true" : "false");
    else if (strcmp (word, "party") == 0)
        buffer_append_text (out, ((const char *[]){ "CONSULTANT", "CITIZEN", "ENTERPRISE" })[below (sim, 3)]);
    else if (strcmp (word, "number") == 0)
        buffer_printf (out, "%d", (int) below (sim, 1000));
    else
        ensure (false);
}

static const char *read_word (const char *at, char out[WORD_SIZE])
{
    size_t size = strspn (at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.");
    ensure (size > 0 && size < WORD_SIZE);
    memcpy (out, at, size);
    out[size] = '\0';
    return at + size;
}

typedef struct {
    int64_t slot;
    const together_t *row; /* one for the whole body */
} drawn_t;

static uint64_t draw_id (sim_t *sim, const char *word, drawn_t *drawn)
{
    const char *dot = strchr (word, '.');
    if (!dot) {
        size_t known = pool_size (sim->pools, word);
        return known ? pool_named (sim->pools, word)->ids[below (sim, known)] : 0;
    }
    const history_t *history = history_of (sim->pools, word, (size_t) (dot - word));
    size_t known = history->count < POOL_MAX ? history->count : POOL_MAX;
    if (!drawn->row && known)
        drawn->row = &history->rows[below (sim, known)];
    for (size_t i = 0; drawn->row && i < drawn->row->count; i++)
        if (strcmp (drawn->row->names[i], dot + 1) == 0)
            return drawn->row->ids[i];
    return 0;
}

/* False when an id is wanted that nobody knows yet. */
static bool fill_in (sim_t *sim, const char *body, buffer_t *out)
{
    drawn_t drawn = { 0 };
    while (*body) {
        char word[WORD_SIZE];
        char sign = *body;
        if (sign != '@' && sign != '$') {
            buffer_append (out, sign == '\'' ? "\"" : body, 1);
            body++;
            continue;
        }
        body = read_word (body + 1, word);
        if (sign == '$') {
            write_word (sim, out, word, &drawn.slot);
            continue;
        }
        uint64_t id = draw_id (sim, word, &drawn);
        if (id == 0)
            return false;
        buffer_printf (out, "%llu", (unsigned long long) id);
    }
    return true;
}

static size_t draw_command (sim_t *sim, caller_t caller)
{
    unsigned total = 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (COMMANDS[i].caller == caller)
            total += COMMANDS[i].weight;
    uint64_t at = below (sim, total);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (COMMANDS[i].caller != caller)
            continue;
        if (at < COMMANDS[i].weight)
            return i;
        at -= COMMANDS[i].weight;
    }
    ensure (false);
    return 0;
}

static const method_t *method_of (const sim_t *sim, size_t index, int *ret_seat)
{
    char name[160];
    *ret_seat = seat_named (sim, COMMANDS[index].service);
    snprintf (name, sizeof name, "fyrtaarn.%s.v1.%s", COMMANDS[index].service, COMMANDS[index].method);
    const method_t *method = contract_method (sim->seats[*ret_seat].service.contract, name);
    ensure (method);
    return method;
}

static void pack (const sim_t *sim, const method_t *method, buffer_t *text, buffer_t *out)
{
    owned (arena) arena = arena_new (1024 * 1024);
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    if (json_parse_message (method->request, buffer_text (text), text->size, arena, &message, &why) != STATUS_OK)
        sim_fail (sim, "%s %s: %s", method->name, buffer_text (text), why.message);
    message_pack (message, out);
}

bool command_draw (sim_t *sim, caller_t caller, command_t *ret_command)
{
    for (int i = 0; i < DRAWS; i++) {
        size_t index = draw_command (sim, caller);
        bool enough = COMMANDS[index].makes && pool_size (sim->pools, COMMANDS[index].makes) >= COMMANDS[index].most;
        owned_buffer text = BUFFER (TEXT_MAX);
        if (enough || !fill_in (sim, COMMANDS[index].body, &text))
            continue;
        *ret_command = (command_t){ .body = BUFFER (WIRE_MESSAGE_MAX) };
        ret_command->method = method_of (sim, index, &ret_command->seat);
        pack (sim, ret_command->method, &text, &ret_command->body);
        return true;
    }
    return false;
}
