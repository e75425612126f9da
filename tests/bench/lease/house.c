/* What the lease service costs with 45 desks and with 45,000, ten years of history in both, and how much more that is.
 *
 * The engine and the handlers are the real ones; the store is in memory and no socket is there, so what is measured is
 * what grows with the house or does not. Each number is the median of many steps with one request each, in time of the
 * processor, so that a busy machine gives the same. */
#include "fill.h"
#include "lease/lease.h"
#include "works.h"

#include "base/own.h"
#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/lease/v1/rent.pb-c.h"
#include "fyrtaarn/lease/v1/waitlist.pb-c.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGE_SIZE = 4096, WORKS_MAX = 100 };

int64_t cpu_ns (void)
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

void ask (house_t *house, const char *method, const ProtobufCMessage *request)
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
         .reason = TEXT ("x"));
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
    fill_days (node_store (house.node), desks, TODAY_YEAR);
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

typedef struct {
    double works[WORKS_MAX];
    run_cost_t runs[RUN_COUNT];
} results_t;

static size_t measure_works (house_t *house, const work_t *works, double *results)
{
    size_t count = 0;
    for (; works[count].name; count++) {
        results[count] = median_us (house, &works[count]);
        fprintf (stderr, "  %-28s %10.1f us\n", works[count].name, results[count]);
    }
    return count;
}

static void measure (int64_t desks, results_t *results)
{
    house_t house = build (desks);
    size_t count = measure_works (&house, LEASE_WORKS, results->works);
    (void) measure_works (&house, DAY_WORKS, results->works + count);
    for (size_t r = 0; r < RUN_COUNT; r++) {
        results->runs[r] = run_cost (&house, &RUNS[r]);
        fprintf (stderr, "  %-28s %10.1f us %s, longest step %.1f us\n", RUNS[r].name, results->runs[r].unit_us,
                 RUNS[r].unit, results->runs[r].longest_us);
    }
    node_destroy (&house.node);
}

static size_t print_works (const work_t *works, const double *small, const double *large)
{
    size_t count = 0;
    for (; works[count].name; count++)
        printf ("%-28s %10.1f %10.1f %7.2fx   %s\n", works[count].name, small[count], large[count],
                large[count] / small[count], works[count].rows ? works[count].rows : "");
    return count;
}

int main (void)
{
    static results_t small, large;
    if (sodium_init () < 0)
        return 1;
    measure (45, &small);
    measure (45000, &large);
    printf ("median of one step, microseconds; store in memory, lists of %d rows\n\n%-28s %10s %10s %8s\n", ROWS, "",
            "45 desks", "45,000", "ratio");
    size_t count = print_works (LEASE_WORKS, small.works, large.works);
    (void) print_works (DAY_WORKS, small.works + count, large.works + count);
    for (size_t r = 0; r < RUN_COUNT; r++)
        printf ("%-28s %10.1f %10.1f %7.2fx   %s; its longest step %.0f and %.0f\n", RUNS[r].name,
                small.runs[r].unit_us, large.runs[r].unit_us, large.runs[r].unit_us / small.runs[r].unit_us,
                RUNS[r].unit, small.runs[r].longest_us, large.runs[r].longest_us);
    return 0;
}
