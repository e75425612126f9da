/* L5: rent that is charged by itself, and demands that are made all at once. */
#include "unit/lease_kit.h"

/* --- the charge day --- */

static number_t lease_from (rig_t *rig, int n, const char *from_day)
{
    number_t premises = premises_with (rig, 0);
    ok (rig, "House/AddDesks", "{'premises': %llu, 'count': 1, 'name_prefix': 'A', 'from_day': '1990-01-01'}",
        premises);
    number_t lease = offer (rig, tenant (rig, n), premises, 1, from_day);
    sign (rig, lease);
    return lease;
}

static const char *charged_until (rig_t *rig, number_t lease)
{
    json_t *day = json_object_get (lease_now (rig, lease), "charged_until");
    return day ? json_string_value (day) : "";
}

static const char *next_at (rig_t *rig)
{
    json_t *at = json_object_get (ok (rig, "Rent/GetChargeDay", "{}"), "next_at");
    return at ? json_string_value (at) : "";
}

Test (charge_day, rent_is_charged_by_itself_on_a_day_that_is_data, .description = "L5, X4")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t lease = lease_from (rig, 0, "2026-03-01");
    rig_set_time (rig, "2026-03-21T09:00:00Z");
    cr_assert_str_eq (charged_until (rig, lease), "", "it is off until it is set");
    ok (rig, "Rent/SetChargeDay", "{'day': 25, 'month_ahead': true}");
    cr_assert_str_eq (next_at (rig), "2026-03-25T05:00:00Z", "six o'clock in Copenhagen");
    rig_restart (rig, "lease");
    rig_set_time (rig, "2026-03-25T04:59:59Z");
    cr_assert_str_eq (charged_until (rig, lease), "");
    rig_set_time (rig, "2026-03-25T05:00:00Z");
    cr_assert_str_eq (charged_until (rig, lease), "2026-04-30");
    cr_assert_str_eq (next_at (rig), "2026-04-25T04:00:00Z", "six o'clock in summer too");
    cr_assert_str_eq (rig_text (ok (rig, "Rent/GetChargeDay", "{}"), "last_month"), "2026-04");
    ok (rig, "Rent/SetChargeDay", "{}");
    cr_assert_str_eq (next_at (rig), "");
    rig_set_time (rig, "2026-08-01T09:00:00Z");
    cr_assert_str_eq (charged_until (rig, lease), "2026-04-30", "it was taken back");
    rig_destroy (&rig);
}

Test (charge_day, days_that_were_missed_are_charged_with_the_newest_of_them, .description = "L5, X1")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t lease = lease_from (rig, 0, "2026-03-01");
    ok (rig, "Rent/SetChargeDay", "{'day': 1}");
    rig_down (rig, "lease");
    rig_set_time (rig, "2026-07-14T09:00:00Z");
    rig_up (rig, "lease");
    rig_advance (rig, 1000);
    cr_assert_str_eq (charged_until (rig, lease), "2026-07-31");
    cr_assert_str_eq (next_at (rig), "2026-08-01T04:00:00Z");
    cr_assert_eq (rig_count (ok (rig, "Rent/ListChargeRuns", "{}"), "runs"), 1);
    rig_destroy (&rig);
}

static const char RULES[] = "series;rule_id;description;value;unit;valid_from;source;confidence\\n"
                            "lease_notice_months;LEA-01;notice;3;months;1990-01-01;law;high\\n"
                            "rent_due_moves;LEA-03;due;1;bool;1990-01-01;law;high\\n"
                            "rent_timely_days;LEA-04;timely;3;working days;1990-01-01;law;high\\n"
                            "rent_demand_days;LEA-05;demand;3;days;1990-01-01;law;high\\n"
                            "vat_rate;LEA-14;VAT;25;pct;;law;high\\n";

/* Rent from before any rule began cannot be charged, and nothing of the run may stand half done. */
Test (charge_day, a_run_that_cannot_begin_says_why_and_is_tried_again, .description = "L5, X4")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t lease = lease_from (rig, 0, "1999-12-01"), other = lease_from (rig, 1, "2026-03-01");
    ok (rig, "Rent/SetChargeDay", "{'day': 3}");
    rig_set_time (rig, "2026-03-03T05:00:00Z");
    cr_assert (strstr (rig_text (ok (rig, "Rent/GetChargeDay", "{}"), "problem"), "LEASE_RULES_INCOMPLETE"));
    cr_assert_str_eq (next_at (rig), "2026-03-03T06:00:00Z");
    cr_assert_str_eq (charged_until (rig, other), "");
    cr_assert_eq (rig_count (ok (rig, "Rent/ListChargeRuns", "{}"), "runs"), 0);
    ok (rig, "Rules/LoadRules", "{'csv': '%s'}", RULES);
    rig_set_time (rig, "2026-03-03T06:00:00Z");
    rig_advance (rig, 9000);
    json_t *now = ok (rig, "Rent/GetChargeDay", "{}");
    cr_assert (!json_object_get (now, "problem") || rig_text (now, "problem")[0] == '\0');
    cr_assert_str_eq (charged_until (rig, lease), "2026-03-31");
    cr_assert_str_eq (charged_until (rig, other), "2026-03-31");
    rig_destroy (&rig);
}

/* --- demands, beside what one finds by looking at every charge --- */

enum { LEASES = 14, STEPS = 160, CHARGES = 1000 };

typedef struct {
    number_t lease;
    int64_t timely_until, late_ore;
} late_t;

static int by_place (const void *a, const void *b)
{
    const late_t *left = a, *right = b;
    if (left->timely_until != right->timely_until)
        return left->timely_until < right->timely_until ? -1 : 1;
    return (left->lease > right->lease) - (left->lease < right->lease);
}

static int64_t newest_demand (store_t *store, number_t lease)
{
    rows_t *row = store_row (store, "SELECT coalesce (max (day), 0) FROM demand WHERE lease = $1", lease);
    int64_t day = row ? rows_int (row, 0) : 0;
    rows_close (row);
    return day;
}

/* What is late and was not demanded since, by the oldest of it. */
static size_t find_due (rig_t *rig, const number_t *leases, int32_t today, late_t *out)
{
    size_t count = 0;
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    for (int i = 0; i < LEASES; i++) {
        late_t due = { .lease = leases[i], .timely_until = INT64_MAX };
        int64_t demanded = newest_demand (store, leases[i]);
        rows_t *rows = store_query (store, "SELECT timely_until, open_ore FROM charge WHERE lease = $1", leases[i]);
        while (rows_next (rows)) {
            int64_t until = rows_int (rows, 0);
            if (until >= today || rows_int (rows, 1) == 0)
                continue;
            due.late_ore += rows_int (rows, 1);
            if (until >= demanded && until < due.timely_until)
                due.timely_until = until;
        }
        if (due.timely_until != INT64_MAX)
            out[count++] = due;
    }
    store_rollback (store);
    qsort (out, count, sizeof *out, by_place);
    return count;
}

static void compare_due (rig_t *rig, const number_t *leases, int32_t today)
{
    late_t due[LEASES];
    number_t after = 0;
    size_t count = find_due (rig, leases, today, due), listed = 0, page;
    do {
        json_t *reply = ok (rig, "Rent/ListDemandsDue", "{'after': %llu, 'limit': 3}", after);
        page = rig_count (reply, "demands");
        for (size_t i = 0; i < page; i++, listed++) {
            json_t *one = rig_item (reply, "demands", i);
            cr_assert_lt (listed, count);
            after = id_of (one, "lease");
            cr_assert_eq (after, due[listed].lease, "place %zu", listed);
            cr_assert_eq (rig_number (one, "amount_ore"), due[listed].late_ore);
        }
    } while (page == 3);
    cr_assert_eq (listed, count);
}

static void walk_demands (uint64_t seed)
{
    rig_t *rig = rig_at ("2026-01-05T09:00:00Z");
    number_t leases[LEASES];
    int32_t today = day_from_civil ((civil_t){ 2026, 1, 5 });
    int made = 0;
    for (int i = 0; i < LEASES; i++)
        leases[i] = lease_from (rig, i, "2026-01-01");
    ok (rig, "Rent/SetChargeDay", "{'day': 20, 'month_ahead': true}");
    for (int step = 0; step < STEPS; step++) {
        number_t lease = leases[draw (&seed, LEASES)];
        unsigned what = draw (&seed, 8);
        if (what < 3) {
            unsigned ore = 1 + draw (&seed, 200000);
            ok (rig, "Rent/RecordPayment", "{'lease': %llu, 'amount_ore': %u}", lease, ore);
        } else if (what == 3) {
            (void) rig_try (rig, DESK, "lease", "Rent/DemandPayment", "{'lease': %llu}", lease);
        } else if (what == 4) {
            late_t due[LEASES];
            size_t count = find_due (rig, leases, today, due);
            json_t *reply = ok (rig, "Rent/DemandAll", "{}");
            json_t *demands = json_object_get (reply, "demands");
            cr_assert_eq (demands ? json_integer_value (demands) : 0, (json_int_t) count);
            made += (int) count;
            cr_assert_eq (rig_count (ok (rig, "Rent/ListDemandsDue", "{}"), "demands"), 0);
        } else {
            set_day (rig, today += (int32_t) draw (&seed, 12));
        }
        compare_due (rig, leases, today);
    }
    cr_assert_gt (made, 20);
    rig_destroy (&rig);
}

Test (demands, those_that_are_due_are_what_is_late_and_was_not_demanded_since, .description = "L5, LEA-04",
      .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        walk_demands (seed);
}

Test (demands, a_run_over_many_goes_on_by_itself_and_asks_nobody_twice, .description = "L5, X4")
{
    enum { MANY = 205 };
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = 0;
    for (int i = 0; i < MANY; i++) {
        premises = i % 50 ? premises : premises_with (rig, 50);
        sign (rig, offer (rig, tenant (rig, i), premises, 1, "2026-03-01"));
    }
    ok (rig, "Rent/RunCharges", "{}");
    rig_advance (rig, 9000);
    cr_assert_eq (rig_number (ok (rig, "Rent/DemandAll", "{}"), "run"), 0, "nothing is late yet");
    rig_set_time (rig, "2026-03-20T09:00:00Z");
    json_t *begun = ok (rig, "Rent/DemandAll", "{}");
    cr_assert_eq (rig_number (begun, "demands"), 100);
    cr_assert_eq (rig_number (ok (rig, "Rent/DemandAll", "{}"), "run"), rig_number (begun, "run"));
    rig_restart (rig, "lease");
    rig_advance (rig, 9000);
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT count (*), count (DISTINCT lease) FROM demand");
    cr_assert (row && rows_int (row, 0) == MANY && rows_int (row, 1) == MANY, "%lld of %lld",
               (long long) rows_int (row, 0), (long long) rows_int (row, 1));
    store_rollback (store);
    cr_assert_eq (rig_number (ok (rig, "Rent/DemandAll", "{}"), "run"), 0);
    json_t *demands = ok (rig, "Rent/ListDemands", "{}");
    cr_assert_eq (rig_count (demands, "demands"), 200);
    number_t last = id_of (rig_item (demands, "demands", 199), "demand");
    cr_assert_eq (rig_count (ok (rig, "Rent/ListDemands", "{'before': %llu}", last), "demands"), 5);
    rig_destroy (&rig);
}
