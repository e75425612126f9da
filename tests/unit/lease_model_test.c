/* Long random walks through the lease service, each step beside a reference model too simple to be wrong. */
#include "unit/lease_kit.h"

#include "lease/lease_rules.h"

#include "fyrtaarn/lease/v1/leases.pb-c.h"

/* --- L4 against a reference model: intervals in an array --- */

enum { MODEL_DESKS = 4, MODEL_LEASES = 120, MODEL_STEPS = 400 };

typedef struct {
    number_t id;
    lease_state_t state;
    unsigned desks; /* bit per desk */
    unsigned months;
    unsigned drafted;   /* how many desks a draft is to get */
    int32_t from, last; /* last 0: until notice */
} model_lease_t;

typedef struct {
    rig_t *rig;
    uint64_t seed;
    int32_t today;
    number_t who, premises, desks[MODEL_DESKS];
    model_lease_t leases[MODEL_LEASES];
    int n, taken, changed;
} model_t;

static bool model_stands (const model_lease_t *lease)
{
    return lease->state != LEASE_WITHDRAWN && lease->state != LEASE_EXPIRED && lease->state != LEASE_DRAFT;
}

static bool model_covers (const model_lease_t *lease, int32_t day)
{
    return model_stands (lease) && lease->from <= day && (lease->last == 0 || day <= lease->last);
}

/* Day by day: slow, and hard to get wrong. An open end meets every other within ten years. */
static bool model_taken (const model_t *model, const model_lease_t *wanted)
{
    for (int i = 0; i < model->n; i++)
        for (int32_t day = wanted->from; day < wanted->from + 3650 && (wanted->last == 0 || day <= wanted->last); day++)
            if (wanted->desks & model->leases[i].desks && model_covers (&model->leases[i], day))
                return true;
    return false;
}

static int32_t model_notice (int32_t given, unsigned months)
{
    civil_t from = day_to_civil (given);
    for (int32_t day = given + 1;; day++) {
        civil_t to = day_to_civil (day);
        int whole = (to.year - from.year) * 12 + to.month - from.month - (from.day > 1);
        if (to.day == 1 && whole >= (int) months)
            return day - 1;
    }
}

static void model_pass_time (model_t *model)
{
    for (int i = 0; i < model->n; i++) {
        model_lease_t *lease = &model->leases[i];
        if (lease->state == LEASE_SIGNED && lease->from <= model->today)
            lease->state = LEASE_ACTIVE;
        if ((lease->state == LEASE_ACTIVE || lease->state == LEASE_NOTICE_GIVEN) && lease->last &&
            lease->last < model->today)
            lease->state = LEASE_ENDED;
    }
}

static void model_offer (model_t *model)
{
    model_lease_t wanted = { .state = LEASE_OFFERED, .desks = 1u << draw (&model->seed, MODEL_DESKS) };
    wanted.desks |= 1u << draw (&model->seed, MODEL_DESKS);
    wanted.months = 1 + draw (&model->seed, 3);
    wanted.from = model->today - 20 + (int32_t) draw (&model->seed, 80);
    wanted.last = draw (&model->seed, 6) ? wanted.from + (int32_t) draw (&model->seed, 60) : 0;
    char desks[100] = "", from[ISO_DAY_SIZE], last[ISO_DAY_SIZE], term[40] = "", text[300];
    for (int i = 0; i < MODEL_DESKS; i++)
        if (wanted.desks & 1u << i)
            snprintf (desks + strlen (desks), sizeof desks - strlen (desks), "%s%llu", *desks ? "," : "",
                      model->desks[i]);
    if (wanted.last)
        snprintf (term, sizeof term, ", 'last_day': '%s'", day_text (wanted.last, last));
    snprintf (text, sizeof text, "{'tenant': %llu, 'desks': [%s], 'from_day': '%s'%s, 'notice_months': %u}", model->who,
              desks, day_text (wanted.from, from), term, wanted.months);
    if (model_taken (model, &wanted)) {
        refused (model->rig, "Leases/OfferLease", "LEASE_DESK_TAKEN", "%s", text);
        model->taken++;
        return;
    }
    wanted.id = id_of (ok (model->rig, "Leases/OfferLease", "%s", text), "lease");
    model->leases[model->n++] = wanted;
}

static void model_sign (model_t *model, model_lease_t *lease)
{
    if (lease->state != LEASE_OFFERED) {
        refused (model->rig, "Leases/SignLease", "LEASE_WRONG_STATE", "{'lease': %llu}", lease->id);
        return;
    }
    sign (model->rig, lease->id);
    lease->state = LEASE_SIGNED;
}

/* A draft of so many desks, whichever they will be. */
static void model_draft (model_t *model)
{
    model_lease_t wanted = { .state = LEASE_DRAFT, .months = 1 + draw (&model->seed, 3) };
    unsigned count = 1 + draw (&model->seed, 2);
    char from[ISO_DAY_SIZE], last[ISO_DAY_SIZE], term[40] = "";
    wanted.from = model->today - 20 + (int32_t) draw (&model->seed, 80);
    wanted.last = draw (&model->seed, 6) ? wanted.from + (int32_t) draw (&model->seed, 60) : 0;
    wanted.drafted = count;
    if (wanted.last)
        snprintf (term, sizeof term, ", 'last_day': '%s'", day_text (wanted.last, last));
    wanted.id = id_of (ok (model->rig, "Leases/DraftLease",
                           "{'tenant': %llu, 'premises': %llu, 'desk_count': %u, 'from_day': '%s'%s,"
                           " 'notice_months': %u}",
                           model->who, model->premises, count, day_text (wanted.from, from), term, wanted.months),
                       "lease");
    model->leases[model->n++] = wanted;
}

/* Any desks that are free will do; which ones the service took is read back. */
static void model_offer_draft (model_t *model, model_lease_t *lease)
{
    unsigned free = 0;
    if (lease->state != LEASE_DRAFT) {
        refused (model->rig, "Leases/OfferDraft", "LEASE_WRONG_STATE", "{'lease': %llu}", lease->id);
        return;
    }
    for (int i = 0; i < MODEL_DESKS; i++) {
        model_lease_t one = { .desks = 1u << i, .from = lease->from, .last = lease->last };
        free += !model_taken (model, &one);
    }
    if (free < lease->drafted) {
        refused (model->rig, "Leases/OfferDraft", "LEASE_DESKS_TOO_FEW", "{'lease': %llu}", lease->id);
        return;
    }
    ok (model->rig, "Leases/OfferDraft", "{'lease': %llu}", lease->id);
    char from[ISO_DAY_SIZE];
    json_t *desks = ok (model->rig, "House/ListDesks", "{'day': '%s'}", day_text (lease->from, from));
    unsigned count = 0;
    for (int i = 0; i < MODEL_DESKS; i++)
        if (id_of (rig_item (desks, "desks", (size_t) i), "lease") == lease->id && ++count)
            lease->desks |= 1u << i;
    cr_assert_eq (count, lease->drafted);
    model_lease_t offered = *lease;
    lease->state = LEASE_DRAFT;
    cr_assert_not (model_taken (model, &offered), "a desk that somebody has");
    lease->state = LEASE_OFFERED;
}

/* A longer term, if nobody has the desks then. */
static void model_change (model_t *model, model_lease_t *lease)
{
    model_lease_t longer = { .desks = lease->desks, .from = lease->last + 1 };
    longer.last = longer.from + (int32_t) draw (&model->seed, 40);
    char day[ISO_DAY_SIZE], text[100];
    snprintf (text, sizeof text, "{'lease': %llu, 'last_day': '%s'}", lease->id, day_text (longer.last, day));
    const char *reason = lease->state != LEASE_SIGNED && lease->state != LEASE_ACTIVE ? "LEASE_WRONG_STATE"
                         : lease->last == 0                                           ? "LEASE_ENDS_SOONER"
                         : model_taken (model, &longer)                               ? "LEASE_DESK_TAKEN"
                                                                                      : NULL;
    if (reason) {
        refused (model->rig, "Leases/ChangeLease", reason, "%s", text);
        return;
    }
    ok (model->rig, "Leases/ChangeLease", "%s", text);
    lease->last = longer.last;
    model->changed++;
}

static void model_withdraw (model_t *model, model_lease_t *lease)
{
    if (lease->state != LEASE_OFFERED && lease->state != LEASE_DRAFT) {
        refused (model->rig, "Leases/WithdrawLease", "LEASE_WRONG_STATE", "{'lease': %llu}", lease->id);
        return;
    }
    ok (model->rig, "Leases/WithdrawLease", "{'lease': %llu}", lease->id);
    lease->state = LEASE_WITHDRAWN;
}

static void model_give_notice (model_t *model, model_lease_t *lease)
{
    int32_t given = model->today - (int32_t) draw (&model->seed, 10), last = model_notice (given, lease->months);
    char day[ISO_DAY_SIZE], text[100];
    snprintf (text, sizeof text, "{'lease': %llu, 'given_day': '%s'}", lease->id, day_text (given, day));
    const char *reason = lease->state != LEASE_ACTIVE         ? "LEASE_WRONG_STATE"
                         : given < lease->from                ? "LEASE_NOTICE_TOO_EARLY"
                         : lease->last && lease->last <= last ? "LEASE_ENDS_SOONER"
                                                              : NULL;
    if (reason) {
        refused (model->rig, "Leases/GiveNotice", reason, "%s", text);
        return;
    }
    cr_assert_str_eq (rig_text (ok (model->rig, "Leases/GiveNotice", "%s", text), "last_day"), day_text (last, day));
    lease->state = LEASE_NOTICE_GIVEN;
    lease->last = last;
}

static void model_compare (model_t *model)
{
    json_t *leases = ok (model->rig, "Leases/ListLeases", "{}");
    cr_assert_eq (rig_count (leases, "leases"), (size_t) model->n);
    for (int i = 0; i < model->n; i++) {
        const char *state = rig_text (rig_item (leases, "leases", (size_t) i), "state");
        const char *expected =
            protobuf_c_enum_descriptor_get_value (&lease__lease_state__descriptor, (int) model->leases[i].state)->name;
        cr_assert_str_eq (state, expected, "lease %d", i);
    }
    json_t *desks = ok (model->rig, "House/ListDesks", "{}");
    int let = 0, reserved = 0;
    for (int desk = 0; desk < MODEL_DESKS; desk++) {
        const char *expected = "FREE";
        for (int i = 0; i < model->n; i++)
            if (model->leases[i].desks & 1u << desk && model_covers (&model->leases[i], model->today))
                expected = model->leases[i].state == LEASE_OFFERED ? "RESERVED" : "LET";
        cr_assert_str_eq (rig_text (rig_item (desks, "desks", (size_t) desk), "state"), expected, "desk %d", desk);
        let += strcmp (expected, "LET") == 0;
        reserved += strcmp (expected, "RESERVED") == 0;
    }
    json_t *house = rig_item (ok (model->rig, "House/GetHouse", "{}"), "premises", 0);
    cr_assert (rig_number (house, "desks_let") == let && rig_number (house, "desks_reserved") == reserved);
}

static void model_assert_no_desk_twice (model_t *model)
{
    store_t *store = rig_store (model->rig, "lease");
    store_begin (store);
    rows_t *row = store_row (
        store, "SELECT count (*) FROM desk_hold AS a JOIN desk_hold AS b ON a.desk = b.desk"
               " AND a.rowid < b.rowid AND a.stands = 1 AND b.stands = 1"
               " AND a.from_day <= coalesce (b.last_day, 99999) AND b.from_day <= coalesce (a.last_day, 99999)");
    cr_assert (row && rows_int (row, 0) == 0, "a desk is let twice for the same day");
    store_rollback (store);
}

/* One of the newest leases, where something can still happen. */
static model_lease_t *model_recent (model_t *model)
{
    unsigned recent = model->n < 10 ? (unsigned) model->n : 10;
    return recent ? &model->leases[(unsigned) model->n - 1 - draw (&model->seed, recent)] : NULL;
}

static void run_lease_model (uint64_t seed)
{
    model_t model = { .rig = rig_at ("2026-01-05T09:00:00Z"),
                      .seed = seed,
                      .today = day_from_civil ((civil_t){ 2026, 1, 5 }) };
    model.premises = premises_with (model.rig, MODEL_DESKS);
    model.who = tenant (model.rig, 0);
    json_t *desks = ok (model.rig, "House/ListDesks", "{}");
    for (size_t i = 0; i < MODEL_DESKS; i++)
        model.desks[i] = id_of (rig_item (desks, "desks", i), "desk");
    for (int step = 0; step < MODEL_STEPS && model.n < MODEL_LEASES; step++) {
        unsigned what = draw (&model.seed, 16);
        model_lease_t *lease = model_recent (&model);
        if (what < 5 || !lease)
            model_offer (&model);
        else if (what >= 14)
            model_change (&model, lease);
        else if (what == 13)
            model_offer_draft (&model, lease);
        else if (what == 12)
            model_draft (&model);
        else if (what < 7)
            model_sign (&model, lease);
        else if (what == 7)
            model_withdraw (&model, lease);
        else if (what < 10)
            model_give_notice (&model, lease);
        else
            set_day (model.rig, model.today += 1 + (int32_t) draw (&model.seed, 40));
        model_pass_time (&model);
        model_compare (&model);
    }
    model_assert_no_desk_twice (&model);
    cr_assert (model.n > 20 && model.taken > 20 && model.changed > 0,
               "the walk tried too little: %d offers, %d refused, %d changed", model.n, model.taken, model.changed);
    rig_destroy (&model.rig);
}

Test (leases, no_desk_is_let_twice_whatever_happens_in_whichever_order, .description = "L4", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        run_lease_model (seed);
}

/* --- L6 against a reference model: a sorted line and a number of free desks --- */

enum { LINE_DESKS = 5, LINE_TENANTS = 8, LINE_STEPS = 250, LINE_LEASES = 256 };

typedef struct {
    number_t tenant, entry;
    unsigned desks, hours, lapses;
    int32_t since;
    uint64_t turn;
    int32_t offered; /* day of the open offer, 0 without */
    int32_t expires;
    uint64_t offer_order;
    bool waits;
} waiting_t;

typedef struct {
    rig_t *rig;
    uint64_t seed, turns, offers;
    int32_t today;
    unsigned free, offer_days;
    char rule[4]; /* 'd'ay, 's'ocial return, 'l'argest, 'k' smallest */
    waiting_t line[LINE_TENANTS];
    struct {
        number_t id;
        unsigned desks;
    } leases[LINE_LEASES];
    int n_leases;
} line_t;

static bool before (const line_t *line, const waiting_t *a, const waiting_t *b)
{
    for (const char *rule = line->rule; *rule; rule++) {
        if (*rule != 'd' && a->lapses != b->lapses)
            return a->lapses < b->lapses;
        if (*rule == 'd' && a->since != b->since)
            return a->since < b->since;
        if (*rule == 's' && a->hours != b->hours)
            return a->hours > b->hours;
        if ((*rule == 'l' || *rule == 'k') && a->desks != b->desks)
            return *rule == 'l' ? a->desks > b->desks : a->desks < b->desks;
    }
    return a->turn < b->turn;
}

static void line_offer (line_t *line)
{
    for (;;) {
        waiting_t *next = NULL;
        for (int i = 0; i < LINE_TENANTS; i++) {
            waiting_t *each = &line->line[i];
            if (each->waits && !each->offered && each->desks <= line->free && (!next || before (line, each, next)))
                next = each;
        }
        if (!next)
            return;
        next->offered = line->today;
        next->expires = line->today + (int32_t) line->offer_days;
        next->offer_order = ++line->offers;
        line->free -= next->desks;
    }
}

static void line_close_offer (line_t *line, waiting_t *one)
{
    one->offered = 0;
    line->free += one->desks;
}

static void line_pass_time (line_t *line)
{
    for (;;) {
        waiting_t *oldest = NULL;
        for (int i = 0; i < LINE_TENANTS; i++) {
            waiting_t *each = &line->line[i];
            if (each->offered && each->expires <= line->today &&
                (!oldest || each->expires < oldest->expires ||
                 (each->expires == oldest->expires && each->offer_order < oldest->offer_order)))
                oldest = each;
        }
        if (!oldest)
            return;
        line_close_offer (line, oldest);
        oldest->since = line->today;
        oldest->turn = ++line->turns;
        oldest->lapses++;
        line_offer (line);
    }
}

static void line_answer (line_t *line, waiting_t *one, unsigned what)
{
    const char *method = what == 0   ? "Waitlist/AcceptWaitlistOffer"
                         : what == 1 ? "Waitlist/RefuseWaitlistOffer"
                                     : "Waitlist/LeaveWaitlist";
    char text[80];
    snprintf (text, sizeof text, "{'entry': %llu%s}", one->entry, what == 1 ? ", 'reason': 'nej'" : "");
    if (!one->waits && what == 2) {
        refused (line->rig, method, "LEASE_NOT_WAITING", "%s", text);
        return;
    }
    if (!one->offered && what < 2) {
        refused (line->rig, method, "LEASE_NO_OFFER", "%s", text);
        return;
    }
    json_t *reply = ok (line->rig, method, "%s", text);
    one->waits = false;
    if (what == 0) {
        line->leases[line->n_leases].id = id_of (reply, "lease");
        line->leases[line->n_leases++].desks = one->desks;
        one->offered = 0;
    } else if (one->offered) {
        line_close_offer (line, one);
        line_offer (line);
    }
}

static void line_join (line_t *line, waiting_t *one)
{
    unsigned desks = 1 + draw (&line->seed, 3);
    int32_t since = line->today - (int32_t) draw (&line->seed, 3) * 30;
    char day[ISO_DAY_SIZE], text[120];
    unsigned hours = draw (&line->seed, 4) * 10;
    snprintf (text, sizeof text, "{'tenant': %llu, 'desks': %u, 'joined_day': '%s', 'hours_per_week': %u}", one->tenant,
              desks, day_text (since, day), hours);
    if (one->waits) {
        refused (line->rig, "Waitlist/JoinWaitlist", "LEASE_ALREADY_WAITING", "%s", text);
        return;
    }
    one->entry = id_of (ok (line->rig, "Waitlist/JoinWaitlist", "%s", text), "entry");
    one->desks = desks;
    one->hours = hours;
    one->lapses = 0;
    one->since = since;
    one->turn = ++line->turns;
    one->waits = true;
}

static void line_set_rule (line_t *line)
{
    static const char *const RULES[] = { "d", "ds", "dsl", "sd", "l", "kd", "sld", "" };
    char criteria[100] = "";
    const char *rule = RULES[draw (&line->seed, sizeof RULES / sizeof RULES[0])];
    for (const char *at = rule; *at; at++)
        snprintf (criteria + strlen (criteria), sizeof criteria - strlen (criteria), "%s'%s'", at > rule ? ", " : "",
                  *at == 'd'   ? "JOINED_DAY"
                  : *at == 's' ? "SOCIAL_RETURN"
                  : *at == 'l' ? "LARGEST_FIT"
                               : "SMALLEST_FIT");
    snprintf (line->rule, sizeof line->rule, "%s", rule);
    line->offer_days = 1 + draw (&line->seed, 9);
    ok (line->rig, "Waitlist/SetWaitlistRule", "{'criteria': [%s], 'offer_days': %u, 'reason': 'Styregruppen'}",
        criteria, line->offer_days);
}

static json_t *line_replay_to_the_end (line_t *line)
{
    json_t *replay = ok (line->rig, "Waitlist/ReplayWaitlist", "{}");
    for (int i = 0; i < 100 && !json_is_true (json_object_get (replay, "done")); i++) {
        rig_advance (line->rig, 10);
        replay = ok (line->rig, "Waitlist/GetReplay", "{}");
    }
    cr_assert (json_is_true (json_object_get (replay, "done")), "the replay never ends");
    return replay;
}

/* The record alone gives every offer again, and a record that was touched does not. */
static void line_replay (line_t *line)
{
    json_t *replay = line_replay_to_the_end (line);
    cr_assert (json_is_true (json_object_get (replay, "agrees")), "%s", rig_text (replay, "finding"));
    cr_assert_eq ((uint64_t) rig_number (replay, "offers"), line->offers);
    cr_assert_eq (rig_count (replay, "allocations"), line->offers < 200 ? line->offers : 200);
    store_t *store = rig_store (line->rig, "lease");
    store_begin (store);
    (void) store_run (store,
                      "UPDATE waitlist_record SET entry = (SELECT min (id) FROM waitlist_entry WHERE id <>"
                      " waitlist_record.entry) WHERE id = (SELECT max (id) FROM waitlist_record WHERE what = 2)");
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    replay = line_replay_to_the_end (line);
    cr_assert (json_is_false (json_object_get (replay, "agrees")), "a forged allocation passes");
}

static void line_withdraw_lease (line_t *line)
{
    if (line->n_leases == 0)
        return;
    line->n_leases--;
    ok (line->rig, "Leases/WithdrawLease", "{'lease': %llu}", line->leases[line->n_leases].id);
    line->free += line->leases[line->n_leases].desks;
    line_offer (line);
}

static void line_compare (line_t *line)
{
    json_t *list = ok (line->rig, "Waitlist/ListWaitlist", "{}");
    size_t waiting = 0;
    for (int i = 0; i < LINE_TENANTS; i++) {
        const waiting_t *one = &line->line[i];
        if (!one->waits)
            continue;
        size_t position = 0;
        for (int n = 0; n < LINE_TENANTS; n++)
            position += line->line[n].waits && before (line, &line->line[n], one);
        json_t *entry = rig_item (list, "entries", position);
        cr_assert_eq (id_of (entry, "entry"), one->entry, "position %zu", position);
        cr_assert_eq (id_of (ok (line->rig, "Waitlist/GetPosition", "{'entry': %llu}", one->entry), "position"),
                      position + 1);
        cr_assert_eq (json_object_get (entry, "offer_expires_at") != NULL, one->offered != 0, "position %zu", position);
        waiting++;
    }
    cr_assert_eq (rig_count (list, "entries"), waiting);
    json_t *house = ok (line->rig, "House/GetHouse", "{}");
    cr_assert_eq (rig_number (rig_item (house, "premises", 0), "desks_reserved"), LINE_DESKS - line->free);
    cr_assert_eq ((size_t) rig_number (house, "waiting"), waiting);
}

static void run_waitlist_model (uint64_t seed)
{
    line_t line = {
        .rig = rig_at ("2026-01-05T09:00:00Z"), .seed = seed, .free = LINE_DESKS, .rule = "d", .offer_days = 7
    };
    line.today = day_from_civil ((civil_t){ 2026, 1, 5 });
    premises_with (line.rig, LINE_DESKS);
    for (int i = 0; i < LINE_TENANTS; i++) {
        line.line[i].tenant = tenant (line.rig, i);
        line_join (&line, &line.line[i]);
    }
    for (int step = 0; step < LINE_STEPS; step++) {
        unsigned what = draw (&line.seed, 11);
        waiting_t *one = &line.line[draw (&line.seed, LINE_TENANTS)];
        if (what < 3)
            line_join (&line, one);
        else if (what < 6)
            line_answer (&line, one, what - 3);
        else if (what == 6)
            line_withdraw_lease (&line);
        else if (what == 7) {
            ok (line.rig, "Waitlist/OfferFreeDesks", "{}");
            line_offer (&line);
        } else if (what == 8) {
            line_set_rule (&line);
        } else {
            set_day (line.rig, line.today += 1 + (int32_t) draw (&line.seed, 4));
            line_pass_time (&line);
        }
        line_compare (&line);
    }
    cr_assert_gt (line.offers, 20, "the walk was too short to mean anything");
    line_replay (&line);
    rig_destroy (&line.rig);
}

Test (waitlist, the_order_follows_from_the_rule_and_from_nothing_else, .description = "L6", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        run_waitlist_model (seed);
}

/* --- L7 against a reference model: a row of quarters --- */

enum { QUARTERS = 64, ROOM_STEPS = 400 };

static void run_rooms_model (uint64_t seed)
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t where = room (rig), taken[QUARTERS] = { 0 };
    int64_t start;
    cr_assert (instant_parse ("2026-03-05T06:00:00Z", &start));
    for (int step = 0; step < ROOM_STEPS; step++) {
        unsigned first = draw (&seed, QUARTERS), count = 1 + draw (&seed, 8);
        if (draw (&seed, 3) == 0) {
            number_t booking = taken[first];
            if (booking)
                ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", booking);
            else
                refused (rig, "Rooms/ReleaseRoom", "LEASE_BOOKING_GONE", "{'booking': 99}");
            for (unsigned i = 0; booking && i < QUARTERS; i++)
                taken[i] = taken[i] == booking ? 0 : taken[i];
            continue;
        }
        unsigned end = first + count < QUARTERS ? first + count : QUARTERS;
        bool conflict = false;
        for (unsigned i = first; i < end; i++)
            conflict |= taken[i] != 0;
        char from[ISO_INSTANT_SIZE], until[ISO_INSTANT_SIZE], text[200];
        snprintf (text, sizeof text, "{'room': %llu, 'starts_at': '%s', 'ends_at': '%s', 'title': 'x'}", where,
                  instant_text (start + first * 900000, from), instant_text (start + end * 900000, until));
        if (conflict) {
            refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", "%s", text);
            continue;
        }
        number_t booking = id_of (ok (rig, "Rooms/BookRoom", "%s", text), "booking");
        for (unsigned i = first; i < end; i++)
            taken[i] = booking;
    }
    rig_destroy (&rig);
}

Test (rooms, two_bookings_never_share_a_moment, .description = "L7", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        run_rooms_model (seed);
}
