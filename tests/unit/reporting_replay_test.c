/* Reporting and whole histories: counted as a model counts them, written on one page, and derived again byte for byte.
 */
#include "base/arena.h"
#include "contract/bus.contract.h"
#include "reporting/page.h"
#include "unit/reporting_house.h"
#include "wire/message.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const OWNERS[] = { "lease", "guidance", "placement", "bridging" };

/* --- histories --- */

enum { HISTORY = 120, PEOPLE = 24, FIRST_DAY = 20454 /* 2026-01-01 */ };

typedef struct {
    int kind, participant;
    int32_t day;
    bool enterprise;
} visit_t;

typedef struct {
    int32_t joined, left; /* left 0: still in line */
} queue_t;

typedef struct {
    int32_t month;
    int citizen, minutes;
} pay_t;

/* What a history amounts to, kept the plainest way there is. */
typedef struct {
    visit_t visits[HISTORY];
    queue_t queue[HISTORY];
    pay_t pay[HISTORY]; /* by placement and month */
    size_t n_visits, n_queue, n_pay;
} model_t;

static void on_day (rig_t *rig, int32_t day)
{
    char text[ISO_INSTANT_SIZE];
    rig_set_time (rig, instant_text (copenhagen_instant (day, 12 * 60), text));
}

static void guided_by_chance (rig_t *rig, uint64_t *seed, int i, int32_t day, model_t *model)
{
    char text[ISO_DAY_SIZE];
    static const char *const KINDS[] = { "PRE_ENTREPRENEURSHIP", "ENTREPRENEURSHIP", "HIRING", "WORKSHOP",
                                         "INSPIRATION",          "NETWORK_MEETING" };
    visit_t visit = { 1 + draw_below (seed, 6), 1 + draw_below (seed, PEOPLE), day, draw_below (seed, 4) != 0 };
    happens (rig, "guidance",
             "{'session_held': {'session': %d, 'kind': '%s', 'participant': %d, 'day': '%s', 'enterprise': %s}}", i,
             KINDS[visit.kind - 1], visit.participant, day_text (day, text), visit.enterprise ? "true" : "false");
    model->visits[model->n_visits++] = visit;
}

static void queued_by_chance (rig_t *rig, uint64_t *seed, int32_t day, model_t *model)
{
    size_t entry = model->n_queue ? (size_t) draw_below (seed, (int) model->n_queue) : 0;
    if (model->n_queue && draw_below (seed, 3) == 0 && !model->queue[entry].left) {
        happens (rig, "lease", "{'waitlist_left': {'entry': %zu, 'outcome': 'WAITLIST_ACCEPTED'}}", entry + 1);
        model->queue[entry].left = day;
        return;
    }
    model->queue[model->n_queue++] = (queue_t){ day, 0 };
    happens (rig, "lease", "{'waitlist_joined': {'entry': %zu, 'tenant': %zu, 'desks': 1}}", model->n_queue,
             model->n_queue);
}

static void paid_by_chance (rig_t *rig, uint64_t *seed, int32_t day, model_t *model)
{
    char text[ISO_MONTH_SIZE];
    /* Few of them, so that months are reported again. */
    int citizen = 1 + draw_below (seed, 6), minutes = draw_below (seed, 2) * 600;
    int32_t month = month_of_day (day) - draw_below (seed, 2);
    size_t at = 0;
    while (at < model->n_pay && (model->pay[at].citizen != citizen || model->pay[at].month != month))
        at++;
    if (at == model->n_pay)
        model->n_pay++;
    model->pay[at] = (pay_t){ month, citizen, minutes };
    happens (rig, "placement", "{'candidate_registered': {'citizen': %d, 'source': 'OWN', 'district': %d}}", citizen,
             1 + citizen % 4);
    happens (rig, "placement",
             "{'hours_reported': {'placement': %d, 'citizen': %d, 'month': '%s', 'paid_minutes': %d,"
             " 'source': 'EINDKOMST'}}",
             citizen, citizen, month_text (month, text), minutes);
}

static void referred_by_chance (rig_t *rig, uint64_t *seed, int i)
{
    static const char *const OUTCOMES[] = { "ACCEPTED", "ACCEPTED", "REJECTED", "UNANSWERED", "DONE", "REVOKED" };
    happens (rig, "bridging", "{'referral_made': {'referral': %d}}", i);
    if (draw_below (seed, 3) != 0)
        happens (rig, "bridging", "{'referral_answered': {'referral': %d, 'outcome': '%s'}}", i,
                 OUTCOMES[draw_below (seed, 6)]);
}

static void worked_by_chance (rig_t *rig, uint64_t *seed, int i, int32_t day)
{
    static const char *const PARTIES[] = { "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    static const char *const CAUSES[] = { "CONTRACT_ENDED", "CITIZEN_WISHED", "NEW_JOB", "EDUCATION" };
    char text[ISO_DAY_SIZE];
    happens (rig, "placement", "{'match_proposed': {'match': %d}}", i);
    if (draw_below (seed, 3) == 0) {
        happens (rig, "placement", "{'match_declined': {'match': %d, 'by': '%s'}}", i, PARTIES[draw_below (seed, 3)]);
        return;
    }
    happens (rig, "placement", "{'placement_started': {'placement': %d, 'citizen': %d, 'position': 1, 'day': '%s'}}", i,
             1 + i % PEOPLE, day_text (day, text));
    if (draw_below (seed, 2) == 0)
        happens (rig, "placement", "{'placement_ended': {'placement': %d, 'day': '%s', 'cause': '%s'}}", i,
                 day_text (day + draw_below (seed, 30), text), CAUSES[draw_below (seed, 4)]);
}

/* The same seed is the same history, event for event and instant for instant. */
static int32_t live_through (rig_t *rig, uint64_t seed, model_t *model)
{
    int32_t day = FIRST_DAY;
    for (int i = 1; i <= HISTORY; i++) {
        day += draw_below (&seed, 5);
        on_day (rig, day);
        switch (draw_below (&seed, 5)) {
        case 0:
            guided_by_chance (rig, &seed, i, day, model);
            break;
        case 1:
            queued_by_chance (rig, &seed, day, model);
            break;
        case 2:
            paid_by_chance (rig, &seed, day, model);
            break;
        case 3:
            referred_by_chance (rig, &seed, i);
            break;
        default:
            worked_by_chance (rig, &seed, i, day);
        }
    }
    return day;
}

static int model_guided (const model_t *model, int32_t from, int32_t to, int kind)
{
    bool seen[PEOPLE + 1] = { false };
    int count = 0;
    for (size_t i = 0; i < model->n_visits; i++) {
        const visit_t *visit = &model->visits[i];
        bool counts = visit->enterprise && visit->day >= from && visit->day <= to && (!kind || visit->kind == kind);
        count += counts && !seen[visit->participant];
        seen[visit->participant] = seen[visit->participant] || counts;
    }
    return count;
}

static int model_queue (const model_t *model, int32_t day)
{
    int count = 0;
    for (size_t i = 0; i < model->n_queue; i++)
        count += model->queue[i].joined <= day && (!model->queue[i].left || model->queue[i].left > day);
    return count;
}

static int model_paid (const model_t *model, int32_t from, int32_t to)
{
    bool seen[PEOPLE + 1] = { false };
    int count = 0;
    for (size_t i = 0; i < model->n_pay; i++) {
        const pay_t *pay = &model->pay[i];
        bool counts = pay->minutes > 0 && pay->month >= month_of_day (from) && pay->month <= month_of_day (to);
        count += counts && !seen[pay->citizen];
        seen[pay->citizen] = seen[pay->citizen] || counts;
    }
    return count;
}

static void check_number (const char *figure, int expected, const char *what)
{
    char text[24];
    snprintf (text, sizeof text, "%d", expected);
    cr_assert_str_eq (figure, text, "%s: %s, the model says %d", what, figure, expected);
}

Test (indicators, any_history_counts_as_the_model_counts, .description = "R3", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        rig_t *rig = open_house ("2026-01-01T09:00:00Z");
        model_t model = { 0 };
        load_programme (rig);
        int32_t end = live_through (rig, seed, &model);
        for (int round = 0; round < 12; round++) {
            char first[ISO_DAY_SIZE], last[ISO_DAY_SIZE];
            int32_t from = FIRST_DAY + draw_below (&seed, end - FIRST_DAY),
                    to = from + draw_below (&seed, end - from + 1);
            json_t *report = report_of (rig, day_text (from, first), day_text (to, last), "DA");
            check_number (in_period (report, "enterprises-guided"), model_guided (&model, from, to, 0), "guided");
            check_number (to_date (report, "enterprises-guided"), model_guided (&model, FIRST_DAY, to, 0),
                          "guided ever");
            check_number (in_period (report, "guided-hiring"), model_guided (&model, from, to, 3), "guided in hiring");
            check_number (to_date (report, "waiting-list"), model_queue (&model, to), "in line");
            check_number (in_period (report, "citizens-with-paid-hours"), model_paid (&model, from, to), "paid");
        }
        for (size_t i = 0; i < model.n_queue; i++) {
            char left[ISO_DAY_SIZE];
            if (model.queue[i].left)
                check_number (
                    to_date (report_of (rig, "2026-01-01", day_text (model.queue[i].left, left), "DA"), "waiting-list"),
                    model_queue (&model, model.queue[i].left), "in line on the day one left");
        }
        rig_destroy (&rig);
    }
}

/* --- R4 --- */

static void check_layout (const char *text)
{
    for (const char *line = text; *line;) {
        char copy[512];
        size_t size = strcspn (line, "\n");
        cr_assert (size < sizeof copy);
        memcpy (copy, line, size);
        copy[size] = '\0';
        cr_assert (text_width (copy) <= PAGE_WIDTH, "too wide: %s", copy);
        cr_assert (size == 0 || copy[size - 1] != ' ', "ends in a space: '%s'", copy);
        line += size + (line[size] == '\n');
    }
    cr_assert (utf8_valid (text, strlen (text)));
}

Test (report, text_keeps_the_page_and_speaks_both_languages, .description = "R4", .timeout = 60)
{
    rig_t *rig = open_house ("2026-01-01T09:00:00Z");
    model_t model = { 0 };
    load_programme (rig);
    for (int year = 2026; year <= 2028; year++)
        steering (rig, "Money/LoadBudgetLine",
                  "{'administration': 'TMF', 'activity': 'operation', 'year': %d, 'amount_ore': 249300000,"
                  " 'price_level': '2026 p/l', 'committee': 'TMU', 'appropriation': '1000 - Ordinær drift',"
                  " 'title': 'Drift', 'title_en': 'Operation', 'source': 'TM157', 'confidence': 'high'}",
                  year);
    rig_ok (rig, CALLER_TMF_DESK, "reporting", "Money/PostActual",
            "{'administration': 'TMF', 'activity': 'operation', 'month': '2026-02', 'amount_ore': 12345678}");
    live_through (rig, 4, &model);
    const char *danish = rig_text (report_of (rig, "2026-01-01", "2026-06-30", "DA"), "text");
    const char *english = rig_text (report_of (rig, "2026-01-01", "2026-06-30", "EN"), "text");
    check_layout (danish);
    check_layout (english);
    cr_assert (strstr (danish, "Perioden 1. januar 2026 til 30. juni 2026"));
    cr_assert (strstr (english, "Period 1 January 2026 to 30 June 2026"));
    cr_assert (strstr (danish, "Fase: Opstart"));
    cr_assert (strstr (danish, "Nørrebro, Vesterbro-Kongens Enghave, Valby, Brønshøj-Husum,"));
    cr_assert (strstr (danish, "1.000 kr., 2026 p/l") && strstr (danish, "7.479"));
    cr_assert (strstr (english, "1,000 kr., 2026 p/l") && strstr (english, "7,479"));
    rig_destroy (&rig);
}

/* --- R6: derived again --- */

Test (report, a_fresh_service_that_reads_all_feeds_writes_the_same_bytes, .description = "R6", .timeout = 120)
{
    rig_t *live = open_house ("2026-01-01T09:00:00Z"), *fresh = open_house ("2026-01-01T09:00:00Z");
    model_t model = { 0 }, same = { 0 };
    load_programme (live);
    load_programme (fresh);
    rig_down (fresh, "reporting");
    live_through (live, 7, &model);
    live_through (fresh, 7, &same);
    rig_up (fresh, "reporting");
    rig_advance (fresh, 10000);
    rig_restart (live, "reporting");
    for (int i = 0; i < 2; i++) {
        const char *language = i ? "EN" : "DA";
        const char *first = rig_text (report_of (live, "2026-02-01", "2026-08-31", language), "text");
        cr_assert_str_eq (first, rig_text (report_of (fresh, "2026-02-01", "2026-08-31", language), "text"));
        cr_assert (strstr (first, "–") == NULL || !strstr (first, "–\n"), "every feed was heard");
    }
    rig_destroy (&live);
    rig_destroy (&fresh);
}

/* An owner's log as it lies in its journal. */
typedef struct {
    const char *owner;
    Bus__FeedRecord *records[4 * HISTORY];
    size_t count;
    uint64_t head;
} log_t;

static void take_log (rig_t *rig, const char *owner, log_t *log)
{
    store_t *store = rig_store (rig, owner);
    log->owner = owner;
    store_begin (store);
    rows_t *rows =
        store_query (store, "SELECT seq, record FROM journal WHERE record IS NOT NULL AND seq > $1 ORDER BY seq", 0);
    while (rows_next (rows)) {
        bytes_t packed = rows_blob (rows, 1);
        log->head = rows_uint (rows, 0);
        log->records[log->count] = bus__feed_record__unpack (NULL, packed.size, packed.data);
        cr_assert (log->records[log->count++]);
    }
    store_rollback (store);
}

static void deliver (node_t *node, const log_t *log, uint64_t first, uint64_t last)
{
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    Bus__FeedBody body = BUS__FEED_BODY__INIT;
    owned_buffer head_bytes = BUFFER (WIRE_PAGE_MAX), body_bytes = BUFFER (WIRE_PAGE_MAX);
    Bus__FeedRecord *stretch[4 * HISTORY];
    header.epoch = 1;
    header.first = first;
    header.last = last;
    header.head = log->head;
    for (size_t i = 0; i < log->count; i++)
        if (log->records[i]->seq >= first && log->records[i]->seq <= last)
            stretch[body.n_records++] = log->records[i];
    body.records = stretch;
    message_pack (&header.base, &head_bytes);
    message_pack (&body.base, &body_bytes);
    input_t input = {
        .kind = INPUT_FEED, .peer = log->owner, .header = buffer_bytes (&head_bytes), .body = buffer_bytes (&body_bytes)
    };
    (void) node_step (node, 1800000000000, &input, 1);
}

static void draw_bytes (void *context, void *out, size_t size)
{
    (void) context;
    memset (out, 7, size);
}

static node_t *open_alone (void)
{
    fault_t why = { 0 };
    node_ports_t ports = { .random = draw_bytes, .version = "test" };
    node_t *node = node_new (&reporting_service, store_open (":memory:", &why), &ports, 1800000000000, &why);
    cr_assert (node, "%s", why.reason);
    return node;
}

/* The report on 2026, in memory of `arena`. */
static const Reporting__GetStatusReportReply *ask_alone (node_t *node, arena_t *arena, bool completeness)
{
    uint8_t id[16] = { 9 };
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    Reporting__GetStatusReportRequest request = REPORTING__GET_STATUS_REPORT_REQUEST__INIT;
    owned_buffer head_bytes = BUFFER (WIRE_MESSAGE_MAX), body_bytes = BUFFER (WIRE_MESSAGE_MAX);
    const method_t *method =
        contract_method (reporting_service.contract, "fyrtaarn.reporting.v1.Reports/GetStatusReport");
    header.method = (char *) (uintptr_t) method->name;
    header.request_id = (ProtobufCBinaryData){ sizeof id, id };
    request.from_day = FIRST_DAY;
    request.to_day = FIRST_DAY + 364;
    request.without_completeness = !completeness;
    message_pack (&header.base, &head_bytes);
    message_pack (&request.base, &body_bytes);
    input_t input = { .kind = INPUT_REQUEST,
                      .peer = "steering",
                      .caller = CALLER_STEERING_DESK,
                      .header = buffer_bytes (&head_bytes),
                      .body = buffer_bytes (&body_bytes),
                      .route = 1 };
    outputs_t outputs = node_step (node, 1800000000000, &input, 1);
    for (size_t i = 0; i < outputs.count; i++) {
        ProtobufCMessage *reply = NULL;
        fault_t why = { 0 };
        if (outputs.list[i].kind != OUTPUT_REPLY)
            continue;
        cr_assert_eq (message_decode (method->reply, outputs.list[i].body, WIRE_PAGE_MAX, arena, &reply, &why),
                      STATUS_OK, "%s", why.message);
        return (Reporting__GetStatusReportReply *) reply;
    }
    cr_assert_fail ("no reply");
    return NULL;
}

Test (report, repeated_and_disordered_stretches_change_nothing, .description = "R6", .timeout = 120)
{
    static log_t logs[4];
    rig_t *rig = open_house ("2026-01-01T09:00:00Z");
    model_t model = { 0 };
    arena_t *arena = arena_new (64 * 1024 * 1024);
    live_through (rig, 8, &model);
    node_t *orderly = open_alone ();
    for (size_t i = 0; i < 4; i++) {
        take_log (rig, OWNERS[i], &logs[i]);
        cr_assert (logs[i].count > 10);
        deliver (orderly, &logs[i], 1, logs[i].head);
    }
    const char *expected = ask_alone (orderly, arena, false)->text;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        uint64_t chance = seed;
        node_t *disorderly = open_alone ();
        for (int i = 0; i < 150; i++) {
            const log_t *log = &logs[draw_below (&chance, 4)];
            uint64_t first = 1 + (uint64_t) draw_below (&chance, (int) log->head);
            uint64_t last = first + (uint64_t) draw_below (&chance, (int) (log->head - first) + 1);
            deliver (disorderly, log, draw_below (&chance, 4) ? first : 1, last);
        }
        for (size_t i = 0; i < 4; i++)
            deliver (disorderly, &logs[3 - i], 1, logs[3 - i].head);
        cr_assert_str_eq (ask_alone (disorderly, arena, false)->text, expected, "seed %llu", (unsigned long long) seed);
        node_destroy (&disorderly);
    }
    cr_assert (strstr (expected, "\nHenvisninger fra SOF"));
    for (size_t i = 0; i < 4; i++)
        for (size_t r = 0; r < logs[i].count; r++)
            bus__feed_record__free_unpacked (logs[i].records[r], NULL);
    node_destroy (&orderly);
    arena_destroy (&arena);
    rig_destroy (&rig);
}

/* --- R9 --- */

static const char *state_of (rig_t *rig, const char *owner)
{
    json_t *report = steering (rig, "Reports/GetStatusReport", "{'language': 'EN'}");
    return rig_text (by_text (report, "feeds", "owner", owner), "state");
}

Test (completeness, a_report_says_which_feeds_are_silent_or_not_heard, .description = "R9")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    rig_down (rig, "bridging");
    rig_restart (rig, "reporting");
    happens (rig, "lease", "{'desk_added': {'desk': 1, 'district': 8, 'from_day': '2026-02-01'}}");
    rig_advance (rig, 3000);
    cr_assert_str_eq (state_of (rig, "lease"), "FEED_UP_TO_DATE");
    cr_assert_str_eq (state_of (rig, "bridging"), "FEED_NOT_HEARD");
    rig_up (rig, "bridging");
    rig_down (rig, "lease");
    rig_advance (rig, 70000);
    cr_assert_str_eq (state_of (rig, "lease"), "FEED_SILENT");
    cr_assert_str_eq (state_of (rig, "bridging"), "FEED_UP_TO_DATE");
    json_t *report = steering (rig, "Reports/GetStatusReport", "{'language': 'EN'}");
    cr_assert (strstr (rig_text (report, "text"), "TMF's house (lease): silent; more may have happened"));
    check_layout (rig_text (report, "text"));
    rig_destroy (&rig);
}

Test (completeness, a_feed_that_lacks_records_is_behind_and_says_how_many, .description = "R9", .timeout = 60)
{
    static log_t log;
    rig_t *rig = open_house ("2026-01-01T09:00:00Z");
    for (int desk = 1; desk <= 5; desk++)
        happens (rig, "lease", "{'desk_added': {'desk': %d, 'district': 8, 'from_day': '2026-02-01'}}", desk);
    take_log (rig, "lease", &log);
    node_t *node = open_alone ();
    arena_t *arena = arena_new (64 * 1024 * 1024);
    deliver (node, &log, 1, 3);
    deliver (node, &log, 5, 5);
    const Reporting__GetStatusReportReply *report = ask_alone (node, arena, true);
    cr_assert_eq (report->n_feeds, 4);
    cr_assert_str_eq (report->feeds[0]->owner, "lease");
    cr_assert_eq (report->feeds[0]->state, REPORTING__FEED_STATE__FEED_BEHIND);
    cr_assert_eq (report->feeds[0]->behind, 2);
    cr_assert_eq (report->indicators[DESKS]->to_date->value, 3, "the fifth waits for the fourth");
    cr_assert (strstr (report->text, "bagud; post 3 af 5"));
    deliver (node, &log, 4, 5);
    cr_assert_eq (ask_alone (node, arena, true)->feeds[0]->state, REPORTING__FEED_STATE__FEED_UP_TO_DATE);
    arena_destroy (&arena);
    node_destroy (&node);
    for (size_t r = 0; r < log.count; r++)
        bus__feed_record__free_unpacked (log.records[r], NULL);
    rig_destroy (&rig);
}
