/* What the lease service costs with 45 desks and with 45,000, ten years of history in both, and how much more that is.
 *
 * The engine and the handlers are the real ones; the store is in memory and no socket is there, so what is measured is
 * what grows with the house or does not. Each number is the median of many steps with one request each, in time of the
 * processor, so that a busy machine gives the same. */
#include "fill.h"
#include "lease/lease.h"

#include "base/own.h"
#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/lease/v1/economy.pb-c.h"
#include "fyrtaarn/lease/v1/leases.pb-c.h"
#include "fyrtaarn/lease/v1/letters.pb-c.h"
#include "fyrtaarn/lease/v1/premises.pb-c.h"
#include "fyrtaarn/lease/v1/rent.pb-c.h"
#include "fyrtaarn/lease/v1/tenants.pb-c.h"
#include "fyrtaarn/lease/v1/waitlist.pb-c.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TODAY_YEAR = 2036, ROUNDS = 201, ROWS = 20, MESSAGE_SIZE = 4096, REPLIES_MAX = 1024 * 1024 };

typedef struct {
    node_t *node;
    int64_t now;
    int64_t pairs;
    uint64_t requests;
    uint64_t last_id; /* field 1 of the last reply */
    int64_t took_ns;
    const char *expected; /* reason; "": it is carried out */
    char refused[REASON_MAX];
} house_t;

static int64_t cpu_ns (void)
{
    struct timespec now;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void draw (void *context, void *out, size_t size)
{
    (void) context;
    randombytes_buf (out, size);
}

/* --- asking --- */

/* The first field of a reply, when it is a number. */
static uint64_t first_number (bytes_t body)
{
    uint64_t number = 0;
    for (size_t i = 1; body.size && body.data[0] == 0x08 && i < body.size && i < 11; i++) {
        number |= (uint64_t) (body.data[i] & 0x7F) << (7 * (i - 1));
        if (!(body.data[i] & 0x80))
            break;
    }
    return number;
}

static void take_reply (house_t *house, const output_t *output)
{
    Bus__ReplyHeader *header = bus__reply_header__unpack (NULL, output->header.size, output->header.data);
    snprintf (house->refused, sizeof house->refused, "%s",
              header && header->status == 0 ? ""
              : header                      ? header->reason
                                            : "?");
    house->last_id = first_number (output->body);
    if (header)
        bus__reply_header__free_unpacked (header, NULL);
}

static void ask (house_t *house, const char *method, const ProtobufCMessage *request)
{
    uint8_t header_bytes[MESSAGE_SIZE], body[MESSAGE_SIZE], request_id[16] = { 0 };
    char name[128];
    snprintf (name, sizeof name, "fyrtaarn.lease.v1.%s", method);
    house->requests++;
    memcpy (request_id, &house->requests, sizeof house->requests);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = name;
    header.request_id = (ProtobufCBinaryData){ sizeof request_id, request_id };
    header.actor = (char *) (uintptr_t) "bench";
    input_t input = { .kind = INPUT_REQUEST,
                      .peer = "bench",
                      .caller = CALLER_TMF_DESK,
                      .header = bytes_of (header_bytes, bus__request_header__pack (&header, header_bytes)),
                      .body = bytes_of (body, protobuf_c_message_pack (request, body)) };
    int64_t begun = cpu_ns ();
    outputs_t outputs = node_step (house->node, house->now, &input, 1);
    house->took_ns = cpu_ns () - begun;
    for (size_t i = 0; i < outputs.count; i++)
        if (outputs.list[i].kind == OUTPUT_REPLY)
            take_reply (house, &outputs.list[i]);
    if (strcmp (house->refused, house->expected) != 0) {
        fprintf (stderr, "%s: %s\n", method, house->refused);
        exit (1);
    }
}

#define ASK(house, method, TYPE, type, ...)                                                                            \
    do {                                                                                                               \
        Lease__##type request_ = { PROTOBUF_C_MESSAGE_INIT (&lease__##TYPE##__descriptor), __VA_ARGS__ };              \
        ask ((house), (method), &request_.base);                                                                       \
    } while (0)

/* --- what is asked --- */

static uint64_t some_lease (const house_t *house, int round)
{
    return fill_lease (1 + (int64_t) round * 7919 % (house->pairs - 1));
}

static void list_leases (house_t *house, int round)
{
    ASK (house, "Leases/ListLeases", list_leases_request, ListLeasesRequest, .after = some_lease (house, round),
         .limit = ROWS);
}

static void list_leases_of_tenant (house_t *house, int round)
{
    ASK (house, "Leases/ListLeases", list_leases_request, ListLeasesRequest, .tenant = 1000001 + (uint64_t) round % 20,
         .limit = ROWS);
}

static void list_active_leases (house_t *house, int round)
{
    (void) round;
    ASK (house, "Leases/ListLeases", list_leases_request, ListLeasesRequest, .state = LEASE__LEASE_STATE__ACTIVE,
         .limit = ROWS);
}

static void list_desks (house_t *house, int round)
{
    (void) round;
    ASK (house, "House/ListDesks", list_desks_request, ListDesksRequest, .limit = ROWS);
}

static void list_tenants (house_t *house, int round)
{
    (void) round;
    ASK (house, "Tenants/ListTenants", list_tenants_request, ListTenantsRequest, .limit = ROWS);
}

static void list_charges_of_lease (house_t *house, int round)
{
    ASK (house, "Rent/ListCharges", list_charges_request, ListChargesRequest, .lease = some_lease (house, round),
         .limit = ROWS);
}

static void list_charges_of_month (house_t *house, int round)
{
    ASK (house, "Rent/ListCharges", list_charges_request, ListChargesRequest, .month = 12 * 2030 + round % 12,
         .limit = ROWS);
}

static void list_payments (house_t *house, int round)
{
    ASK (house, "Rent/ListPayments", list_payments_request, ListPaymentsRequest, .lease = some_lease (house, round),
         .limit = ROWS);
}

static void list_arrears (house_t *house, int round)
{
    (void) round;
    ASK (house, "Rent/ListArrears", list_arrears_request, ListArrearsRequest, .limit = ROWS);
}

static void list_waitlist (house_t *house, int round)
{
    (void) round;
    ASK (house, "Waitlist/ListWaitlist", list_waitlist_request, ListWaitlistRequest, .limit = ROWS);
}

static void get_position (house_t *house, int round)
{
    ASK (house, "Waitlist/GetPosition", get_position_request, GetPositionRequest, .entry = fill_entry (round % 20));
}

static void write_contract (house_t *house, int round)
{
    ASK (house, "Letters/WriteLetter", write_letter_request, WriteLetterRequest,
         .kind = LEASE__LETTER_KIND__LEASE_CONTRACT, .about = some_lease (house, round));
}

/* A month each, one after the other, so that every one of them finds its desk free. */
static int32_t month_ahead (int round)
{
    return 12 * (TODAY_YEAR + 1) + round;
}

static void offer_lease (house_t *house, int round)
{
    int32_t month = month_ahead (round);
    ASK (house, "Leases/OfferLease", offer_lease_request, OfferLeaseRequest, .tenant = 1000001, .premises = 1,
         .desk_count = 1, .from_day = month_first_day (month), .last_day = month_last_day (month));
}

/* In a full house the search finds nothing, and that may take no longer. */
static void check_full (house_t *house, int round)
{
    int32_t month = month_ahead (round);
    house->expected = "LEASE_DESKS_TOO_FEW";
    ASK (house, "Leases/CheckOffer", offer_lease_request, OfferLeaseRequest, .tenant = 1000001, .premises = 1,
         .desk_count = 3, .from_day = month_first_day (month), .last_day = month_last_day (month));
    house->expected = "";
}

static void sign_lease (house_t *house, int round)
{
    (void) round;
    ASK (house, "Leases/SignLease", sign_lease_request, SignLeaseRequest, .lease = house->last_id);
}

static void withdraw_lease (house_t *house, int round)
{
    (void) round;
    ASK (house, "Leases/WithdrawLease", withdraw_lease_request, WithdrawLeaseRequest, .lease = house->last_id);
}

static void change_price (house_t *house, int round)
{
    ASK (house, "Leases/ChangeLease", change_lease_request, ChangeLeaseRequest, .lease = some_lease (house, round),
         .from_day = month_first_day (12 * TODAY_YEAR + 6), .monthly_rent_ore = 150000 + round);
}

static void record_payment (house_t *house, int round)
{
    ASK (house, "Rent/RecordPayment", record_payment_request, RecordPaymentRequest, .lease = some_lease (house, round),
         .amount_ore = 1);
}

static void join_waitlist (house_t *house, int round)
{
    ASK (house, "Waitlist/JoinWaitlist", join_waitlist_request, JoinWaitlistRequest,
         .tenant = 1000000 + (uint64_t) round % 20, .desks = 50);
}

static void leave_waitlist (house_t *house, int round)
{
    (void) round;
    ASK (house, "Waitlist/LeaveWaitlist", leave_waitlist_request, LeaveWaitlistRequest, .entry = house->last_id);
}

static void give_notice (house_t *house, int round)
{
    ASK (house, "Leases/GiveNotice", give_notice_request, GiveNoticeRequest, .lease = fill_lease (1 + round));
}

static void get_house (house_t *house, int round)
{
    (void) round;
    ASK (house, "House/GetHouse", get_house_request, GetHouseRequest, .day = 0);
}

static void get_economy (house_t *house, int round)
{
    (void) round;
    ASK (house, "Economy/GetEconomy", get_economy_request, GetEconomyRequest, .from_month = 12 * TODAY_YEAR,
         .to_month = 12 * TODAY_YEAR + 35);
}

typedef struct {
    const char *name;
    void (*run) (house_t *house, int round);
    void (*before) (house_t *house, int round); /* not measured; NULL: nothing */
    void (*after) (house_t *house, int round);
    int rounds;
} work_t;

static const work_t WORKS[] = {
    { "ListLeases", list_leases, NULL, NULL, ROUNDS },
    { "ListLeases, of a tenant", list_leases_of_tenant, NULL, NULL, ROUNDS },
    { "ListLeases, active", list_active_leases, NULL, NULL, ROUNDS },
    { "ListDesks", list_desks, NULL, NULL, ROUNDS },
    { "ListTenants", list_tenants, NULL, NULL, ROUNDS },
    { "ListCharges, of a lease", list_charges_of_lease, NULL, NULL, ROUNDS },
    { "ListCharges, of a month", list_charges_of_month, NULL, NULL, ROUNDS },
    { "ListPayments", list_payments, NULL, NULL, ROUNDS },
    { "ListArrears", list_arrears, NULL, NULL, ROUNDS },
    { "ListWaitlist", list_waitlist, NULL, NULL, ROUNDS },
    { "GetPosition", get_position, NULL, NULL, ROUNDS },
    { "WriteLetter, contract", write_contract, NULL, NULL, ROUNDS },
    { "CheckOffer, full house", check_full, NULL, NULL, ROUNDS },
    { "OfferLease", offer_lease, NULL, withdraw_lease, ROUNDS },
    { "WithdrawLease", withdraw_lease, offer_lease, NULL, ROUNDS },
    { "SignLease", sign_lease, offer_lease, NULL, ROUNDS },
    { "ChangeLease", change_price, NULL, NULL, ROUNDS },
    { "RecordPayment", record_payment, NULL, NULL, ROUNDS },
    { "JoinWaitlist", join_waitlist, NULL, leave_waitlist, ROUNDS },
    { "GiveNotice", give_notice, NULL, NULL, 19 },
    { "GetHouse", get_house, NULL, NULL, ROUNDS },
    { "GetEconomy", get_economy, NULL, NULL, ROUNDS },
};
enum { WORK_COUNT = sizeof WORKS / sizeof WORKS[0] };

/* --- measuring --- */

static int compare_times (const void *a, const void *b)
{
    int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
    return (left > right) - (left < right);
}

static double median_us (house_t *house, const work_t *work)
{
    int64_t took[ROUNDS];
    for (int round = 0; round < work->rounds; round++) {
        if (work->before)
            work->before (house, round);
        work->run (house, round);
        took[round] = house->took_ns;
        if (work->after)
            work->after (house, round);
    }
    qsort (took, (size_t) work->rounds, sizeof took[0], compare_times);
    return (double) took[work->rounds / 2] / 1000;
}

/* --- what goes on by itself, in as many steps as it takes --- */

typedef struct {
    const char *name;
    void (*begin) (house_t *house, int round);
    const char *unit;
    int64_t (*units) (const house_t *house);
} run_t;

typedef struct {
    double unit_us, longest_us;
} run_cost_t;

static void run_charges (house_t *house, int round)
{
    (void) round;
    ASK (house, "Rent/RunCharges", run_charges_request, RunChargesRequest, .month = 12 * TODAY_YEAR);
}

static void settle_costs (house_t *house, int round)
{
    (void) round;
    ASK (house, "Rent/SettleCosts", settle_costs_request, SettleCostsRequest, .premises = 1, .year = TODAY_YEAR - 1,
         .cost_ore = 100000000);
}

static void replay_waitlist (house_t *house, int round)
{
    (void) round;
    ASK (house, "Waitlist/ReplayWaitlist", replay_waitlist_request, ReplayWaitlistRequest, .limit = ROWS);
}

static void set_rule (house_t *house, int round)
{
    (void) round;
    ASK (house, "Waitlist/SetWaitlistRule", set_waitlist_rule_request, SetWaitlistRuleRequest, .offer_days = 7,
         .reason = (char *) (uintptr_t) "x");
}

static int64_t leases (const house_t *house)
{
    return house->pairs - 1;
}

static int64_t in_line (const house_t *house)
{
    return FILL_WAITING + house->pairs / 5;
}

static int64_t facts (const house_t *house)
{
    return 28 * in_line (house);
}

static const run_t RUNS[] = {
    { "RunCharges", run_charges, "a lease", leases },
    { "SettleCosts", settle_costs, "a lease", leases },
    { "ReplayWaitlist", replay_waitlist, "a fact of the record", facts },
    { "SetWaitlistRule", set_rule, "an entry in line", in_line },
};
enum { RUN_COUNT = sizeof RUNS / sizeof RUNS[0] };

static run_cost_t run_cost (house_t *house, const run_t *run)
{
    run->begin (house, 0);
    int64_t took_ns = house->took_ns, longest_ns = took_ns;
    for (bool more = true; more;) {
        int64_t begun = cpu_ns ();
        house->now += 2;
        more = node_step (house->node, house->now, NULL, 0).wake_at <= house->now + 2;
        int64_t step_ns = cpu_ns () - begun;
        took_ns += step_ns;
        longest_ns = step_ns > longest_ns ? step_ns : longest_ns;
    }
    return (run_cost_t){ (double) took_ns / 1000 / (double) run->units (house), (double) longest_ns / 1000 };
}

static house_t build (int64_t desks)
{
    fault_t why = { 0 };
    int64_t begun = cpu_ns ();
    house_t house = { .pairs = desks / 2, .expected = "" };
    node_ports_t ports = { .random = draw, .version = "bench", .master_key = { 7 } };
    house.now = copenhagen_instant (day_from_civil ((civil_t){ TODAY_YEAR, 1, 15 }), 600);
    store_t *store = store_open (":memory:", &why);
    house.node = store ? node_new (&lease_service, store, &ports, house.now, &why) : NULL;
    if (!house.node || node_begin_epoch (house.node, &why) != STATUS_OK) {
        fprintf (stderr, "%s: %s\n", why.reason, why.message);
        exit (1);
    }
    fill_house (node_store (house.node), desks, TODAY_YEAR);
    if (store_commit (node_store (house.node), &why) != STATUS_OK) {
        fprintf (stderr, "%s: %s\n", why.reason, why.message);
        exit (1);
    }
    fprintf (stderr, "%" PRId64 " desks, ten years: written in %.1f s", desks, (double) (cpu_ns () - begun) / 1e9);
    begun = cpu_ns ();
    if (!fill_counts (node_store (house.node), &why)) {
        fprintf (stderr, "\n%s: %s\n", why.reason, why.message);
        exit (1);
    }
    fprintf (stderr, ", counted in %.1f s\n", (double) (cpu_ns () - begun) / 1e9);
    return house;
}

static void measure (int64_t desks, double *results, run_cost_t *costs)
{
    house_t house = build (desks);
    for (size_t w = 0; w < WORK_COUNT; w++) {
        results[w] = median_us (&house, &WORKS[w]);
        fprintf (stderr, "  %-28s %10.1f us\n", WORKS[w].name, results[w]);
    }
    for (size_t r = 0; r < RUN_COUNT; r++) {
        costs[r] = run_cost (&house, &RUNS[r]);
        fprintf (stderr, "  %-28s %10.1f us %s, longest step %.1f us\n", RUNS[r].name, costs[r].unit_us, RUNS[r].unit,
                 costs[r].longest_us);
    }
    node_destroy (&house.node);
}

int main (void)
{
    double small[WORK_COUNT], large[WORK_COUNT];
    run_cost_t small_runs[RUN_COUNT], large_runs[RUN_COUNT];
    if (sodium_init () < 0)
        return 1;
    measure (45, small, small_runs);
    measure (45000, large, large_runs);
    printf ("median of one step, microseconds; store in memory, lists of %d rows\n\n%-28s %10s %10s %8s\n", ROWS, "",
            "45 desks", "45,000", "ratio");
    for (size_t w = 0; w < WORK_COUNT; w++)
        printf ("%-28s %10.1f %10.1f %7.2fx\n", WORKS[w].name, small[w], large[w], large[w] / small[w]);
    for (size_t r = 0; r < RUN_COUNT; r++)
        printf ("%-28s %10.1f %10.1f %7.2fx   %s; its longest step %.0f and %.0f\n", RUNS[r].name,
                small_runs[r].unit_us, large_runs[r].unit_us, large_runs[r].unit_us / small_runs[r].unit_us,
                RUNS[r].unit, small_runs[r].longest_us, large_runs[r].longest_us);
    return 0;
}
