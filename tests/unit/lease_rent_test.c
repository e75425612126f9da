/* L5: rent. The arithmetic for itself, then the service through its own door. */
#include "unit/lease_kit.h"

#include "base/own.h"
#include "danish/holidays.h"

static int32_t day_of (const char *text)
{
    int32_t day = 0;
    cr_assert (day_parse (text, &day), "%s", text);
    return day;
}

/* --- the arithmetic --- */

Test (rent_rules, parts_of_a_month_sum_to_the_month_wherever_it_is_cut, .description = "L5")
{
    uint64_t seed = 7;
    for (int round = 0; round < 5000; round++) {
        int64_t monthly = draw (&seed, 9999999);
        int32_t month = 12 * 2026 + (int32_t) draw (&seed, 36);
        int64_t sum = 0;
        for (int32_t day = month_first_day (month), last = month_last_day (month); day <= last;) {
            int32_t until = day + (int32_t) draw (&seed, (unsigned) (last - day + 1));
            int64_t part = rent_of_days (monthly, day, until);
            cr_assert (part >= 0 && part <= monthly);
            sum += part;
            day = until + 1;
        }
        cr_assert_eq (sum, monthly);
    }
}

Test (rent_rules, shares_of_a_cost_sum_to_the_cost, .description = "L5")
{
    uint64_t seed = 11;
    for (int round = 0; round < 2000; round++) {
        int64_t cost = 1 + draw (&seed, 100000000), whole = 1 + draw (&seed, 20000), before = 0, sum = 0;
        while (before < whole) {
            int64_t part = 1 + draw (&seed, (unsigned) (whole - before));
            int64_t share = cost_share (cost, before, part, whole), exact = cost * part / whole;
            cr_assert (share >= exact && share <= exact + 1, "a share is its exact part, rounded down or up");
            sum += share;
            before += part;
        }
        cr_assert_eq (sum, cost);
    }
}

static const law_t LAW = { .notice_months = 3, .due_moves = true, .timely_days = 3, .demand_days = 3 };

/* LEA-03, LEA-04: 1 November 2014 was a Saturday. */
Test (rent_rules, due_on_a_saturday_is_due_on_monday_and_timely_to_thursday, .description = "L5, LEA-03, LEA-04")
{
    due_t due = rent_due (day_of ("2014-11-01"), &LAW);
    cr_assert_eq (due.due_day, day_of ("2014-11-03"));
    cr_assert_eq (due.timely_until, day_of ("2014-11-06"));
}

/* 1 April 2026 is the Wednesday before Easter; 1 May 2025 no public holiday; 1 January always one. */
Test (rent_rules, public_holidays_are_no_working_days, .description = "L5, LEA-03, LEA-04")
{
    static const struct {
        const char *day, *due, *timely;
    } cases[] = {
        { "2026-04-01", "2026-04-01", "2026-04-09" },
        { "2025-05-01", "2025-05-01", "2025-05-06" },
        { "2026-01-01", "2026-01-02", "2026-01-07" },
        { "2028-06-05", "2028-06-06", "2028-06-09" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        due_t due = rent_due (day_of (cases[i].day), &LAW);
        cr_assert_eq (due.due_day, day_of (cases[i].due), "%s", cases[i].day);
        cr_assert_eq (due.timely_until, day_of (cases[i].timely), "%s", cases[i].day);
        cr_assert (day_is_working_day (due.due_day) && day_is_working_day (due.timely_until));
    }
}

/* --- a house --- */

static number_t let (rig_t *rig, number_t premises, int n, int desks, const char *from, const char *more)
{
    number_t lease =
        id_of (ok (rig, "Leases/OfferLease", "{'tenant': %llu, 'premises': %llu, 'desk_count': %d, 'from_day': '%s'%s}",
                   tenant (rig, n), premises, desks, from, more),
               "lease");
    sign (rig, lease);
    return lease;
}

static json_t *charge_nth (rig_t *rig, number_t lease, size_t n)
{
    json_t *list = ok (rig, "Rent/ListCharges", "{'lease': %llu}", lease);
    cr_assert_gt (rig_count (list, "charges"), n);
    return rig_item (list, "charges", n);
}

static size_t charges_of (rig_t *rig, number_t lease)
{
    return rig_count (ok (rig, "Rent/ListCharges", "{'lease': %llu}", lease), "charges");
}

static void pay (rig_t *rig, number_t lease, long long ore, const char *day)
{
    ok (rig, "Rent/RecordPayment", "{'lease': %llu, 'amount_ore': %lld, 'day': '%s'}", lease, ore, day);
}

/* The sums of the record add up, and every day up to charged_until is charged once. */
static void check_the_books (rig_t *rig)
{
    static const char *const WRONG[] = {
        "SELECT count (*) FROM credit WHERE amount_ore <> left_ore + paid_out_ore +"
        " (SELECT coalesce (sum (amount_ore), 0) FROM credit_part WHERE credit = credit.id)",
        "SELECT count (*) FROM charge WHERE amount_ore + costs_ore + vat_ore <> open_ore +"
        " (SELECT coalesce (sum (amount_ore), 0) FROM credit_part WHERE charge = charge.id)",
        "SELECT count (*) FROM credit JOIN charge ON charge.lease = credit.lease WHERE left_ore > 0 AND open_ore > 0",
        "SELECT count (*) FROM charge AS a JOIN charge AS b ON a.lease = b.lease AND a.kind = 1 AND b.kind = 1"
        " AND a.id < b.id AND a.from_day <= b.last_day AND b.from_day <= a.last_day",
        "SELECT count (*) FROM lease WHERE state BETWEEN 2 AND 5 AND charged_until - from_day + 1 >"
        " (SELECT coalesce (sum (last_day - from_day + 1), 0) FROM charge WHERE lease = lease.id AND kind = 1)",
    };
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        rows_t *row = store_row (store, WRONG[i]);
        cr_assert (row && rows_int (row, 0) == 0, "sum %zu", i);
    }
    store_rollback (store);
}

/* --- the run --- */

Test (rent, each_lease_is_charged_once_however_often_the_run_is_made, .description = "L5")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 5);
    number_t whole = let (rig, premises, 0, 2, "2026-03-01", ""), part = let (rig, premises, 1, 1, "2026-03-17", "");
    json_t *first = ok (rig, "Rent/RunCharges", "{}");
    cr_assert_eq (rig_number (first, "charges"), 2);
    cr_assert_eq (rig_number (first, "rent_ore"), 300000 + 72581, "two desks, and 15 of 31 days of one");
    cr_assert (json_is_true (json_object_get (first, "done")));
    json_t *again = ok (rig, "Rent/RunCharges", "{'month': '2026-03'}");
    cr_assert_eq (rig_number (again, "run"), 0);
    cr_assert_eq (charges_of (rig, whole), 1);
    cr_assert_eq (rig_number (charge_nth (rig, part, 0), "amount_ore"), 72581);
    let (rig, premises, 2, 1, "2026-02-15", "");
    cr_assert_eq (rig_number (ok (rig, "Rent/RunCharges", "{}"), "charges"), 2, "who came late pays February too");
    refused (rig, "Rent/RunCharges", "LEASE_MONTH_AHEAD", "{'month': '2026-05'}");
    check_the_books (rig);
    rig_destroy (&rig);
}

/* More leases than one transaction charges; the service dies between its steps, and somebody starts the run again. */
Test (rent, a_run_that_is_broken_off_and_started_twice_goes_on_where_it_was, .description = "L5, X4", .timeout = 60)
{
    enum { LEASES = 230 };
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 0), who = tenant (rig, 0);
    for (int i = 0; i < LEASES; i++) {
        if (i % 50 == 0)
            ok (rig, "House/AddDesks", "{'premises': %llu, 'count': 50, 'name_prefix': 'B', 'from_day': '2020-01-01'}",
                premises);
        sign (rig, offer (rig, who, premises, 1, "2026-03-01"));
    }
    json_t *begun = ok (rig, "Rent/RunCharges", "{}");
    number_t run = id_of (begun, "run");
    cr_assert_lt (rig_number (begun, "charges"), LEASES);
    rig_restart (rig, "lease");
    json_t *twice = ok (rig, "Rent/RunCharges", "{}");
    cr_assert_eq (id_of (twice, "run"), run, "it is the run that is under way");
    refused (rig, "Rent/RunCharges", "LEASE_RUN_UNDER_WAY", "{'month': '2026-04'}");
    rig_restart (rig, "lease");
    rig_advance (rig, 5000);
    json_t *runs = ok (rig, "Rent/ListChargeRuns", "{}");
    cr_assert_eq (rig_count (runs, "runs"), 1);
    cr_assert_eq (rig_number (rig_item (runs, "runs", 0), "charges"), LEASES);
    cr_assert_eq (rig_number (rig_item (runs, "runs", 0), "rent_ore"), LEASES * 150000);
    check_the_books (rig);
    rig_destroy (&rig);
}

/* Random leases, changes, notice, runs and payments; after each step the books agree and nobody owes a day twice. Gives
 * the number of notices that took charged days away again. */
static int walk (uint64_t seed)
{
    rig_t *rig = rig_at ("2026-01-05T09:00:00Z");
    int32_t today = day_of ("2026-01-05");
    number_t premises = premises_with (rig, 50), who = tenant (rig, 0), leases[40];
    int n = 0, gave_back = 0;
    for (int step = 0; step < 250; step++) {
        number_t lease = n ? leases[draw (&seed, (unsigned) n)] : 0;
        char day[ISO_DAY_SIZE], text[240];
        unsigned what = draw (&seed, 9);
        if ((what == 0 || n == 0) && n < 40) {
            /* One draw a statement: which of two arguments comes first is the compiler's choice. */
            unsigned count = 1 + draw (&seed, 2);
            int32_t from = today + (int32_t) draw (&seed, 30) - 15;
            unsigned deposit_ore = draw (&seed, 300000);
            snprintf (text, sizeof text,
                      "{'tenant': %llu, 'premises': %llu, 'desk_count': %u, 'from_day': '%s', 'notice_months': 1,"
                      " 'monthly_costs_ore': 12345, 'deposit_ore': %u, 'vat': %s}",
                      who, premises, count, day_text (from, day), deposit_ore, draw (&seed, 2) ? "true" : "false");
            json_t *desks = ok (rig, "House/GetHouse", "{}");
            json_t *house = rig_item (desks, "premises", 0);
            if (rig_number (house, "desks_let") + rig_number (house, "desks_reserved") > 8)
                continue;
            leases[n] = id_of (ok (rig, "Leases/OfferLease", "%s", text), "lease");
            sign (rig, leases[n++]);
        } else if (what < 4) {
            set_day (rig, today += 1 + (int32_t) draw (&seed, 20));
        } else if (what == 4) {
            ok (rig, "Rent/RunCharges", "{'month': '%.7s'}", day_text (today + 28, day));
        } else if (what == 5) {
            pay (rig, lease, 1 + draw (&seed, 400000), day_text (today, day));
        } else if (what == 6 && strcmp (lease_state (rig, lease), "ACTIVE") == 0) {
            json_t *before = lease_now (rig, lease);
            int32_t given = today - (int32_t) draw (&seed, 25);
            if (given < day_of (rig_text (before, "from_day")))
                continue;
            const char *last = rig_text (
                ok (rig, "Leases/GiveNotice", "{'lease': %llu, 'given_day': '%s'}", lease, day_text (given, day)),
                "last_day");
            json_t *charged = json_object_get (before, "charged_until");
            gave_back += charged && day_of (json_string_value (charged)) > day_of (last);
        } else if (what == 7 && strcmp (lease_state (rig, lease), "ACTIVE") == 0) {
            json_t *until = json_object_get (lease_now (rig, lease), "charged_until");
            int32_t from = until ? day_of (json_string_value (until)) + 1 : today;
            from += (int32_t) draw (&seed, 20);
            ok (rig, "Leases/ChangeLease", "{'lease': %llu, 'from_day': '%s', 'monthly_rent_ore': %u}", lease,
                day_text (from, day), 100000 + draw (&seed, 99999));
        } else if (what == 8 && strcmp (lease_state (rig, lease), "ENDED") == 0) {
            ok (rig, "Rent/RunCharges", "{}");
            json_t *now = lease_now (rig, lease);
            int64_t deposit = json_object_get (now, "deposit_ore") ? rig_number (now, "deposit_ore") : 0;
            rig_settle (rig);
            if (deposit && rig_count (ok (rig, "Rent/ListPayments", "{'lease': %llu}", lease), "payments") == 0)
                pay (rig, lease, deposit, day_text (today, day));
        }
        check_the_books (rig);
    }
    cr_assert (n > 8, "the walk was too short to mean anything");
    rig_destroy (&rig);
    return gave_back;
}

Test (rent, the_books_agree_whatever_happens_in_whichever_order, .description = "L5, L4", .timeout = 120)
{
    int gave_back = 0;
    for (uint64_t seed = 1; seed <= 6; seed++)
        gave_back += walk (seed);
    cr_assert_gt (gave_back, 0, "no walk gave rent back");
}

Test (rent, a_month_at_two_prices_is_each_price_for_its_days, .description = "L5, L4")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t lease = let (rig, premises_with (rig, 1), 0, 1, "2026-03-01", "");
    ok (rig, "Leases/ChangeLease", "{'lease': %llu, 'from_day': '2026-03-16', 'monthly_rent_ore': 310000}", lease);
    ok (rig, "Rent/RunCharges", "{}");
    cr_assert_eq (rig_number (charge_nth (rig, lease, 0), "amount_ore"), 72581 + 160000, "15 of 31 and 16 of 31 days");
    refused (rig, "Leases/ChangeLease", "LEASE_CHARGED_ALREADY",
             "{'lease': %llu, 'from_day': '2026-03-31', 'monthly_rent_ore': 1}", lease);
    refused (rig, "Leases/ChangeLease", "LEASE_NOTHING_CHANGED", "{'lease': %llu}", lease);
    cr_assert_eq (rig_number (lease_now (rig, lease), "monthly_rent_ore"), 150000);
    set_day (rig, day_of ("2026-03-16"));
    cr_assert_eq (rig_number (lease_now (rig, lease), "monthly_rent_ore"), 310000);
    rig_destroy (&rig);
}

Test (rent, days_that_notice_takes_away_are_given_back, .description = "L5, L4, LEA-01")
{
    rig_t *rig = rig_at ("2026-03-20T09:00:00Z");
    number_t lease = let (rig, premises_with (rig, 1), 0, 1, "2026-03-01", ", 'notice_months': 1, 'vat': true");
    ok (rig, "Rent/RunCharges", "{'month': '2026-04'}");
    set_day (rig, day_of ("2026-04-02"));
    cr_assert_eq (charges_of (rig, lease), 2);
    ok (rig, "Rent/RunCharges", "{'month': '2026-05'}");
    /* It came on 1 March, was found on 2 April: 31 March is the last day, and April and May were charged. */
    ok (rig, "Leases/GiveNotice", "{'lease': %llu, 'given_day': '2026-03-01'}", lease);
    json_t *back = rig_item (ok (rig, "Rent/ListPayments", "{'lease': %llu}", lease), "payments", 0);
    cr_assert_str_eq (rig_text (back, "kind"), "RENT_BACK");
    cr_assert_eq (rig_number (back, "amount_ore"), 2 * 187500);
    check_the_books (rig);
    rig_destroy (&rig);
}

/* --- due, late, demanded --- */

Test (rent, rent_due_on_1_november_2014_may_be_demanded_from_the_7th, .description = "L5, LEA-03, LEA-04, LEA-05")
{
    rig_t *rig = rig_at ("2014-10-28T09:00:00Z");
    number_t premises = premises_with (rig, 0);
    ok (rig, "House/AddDesks", "{'premises': %llu, 'count': 1, 'name_prefix': 'A', 'from_day': '2014-01-01'}",
        premises);
    number_t lease = let (rig, premises, 0, 1, "2014-11-01", "");
    ok (rig, "Rent/RunCharges", "{'month': '2014-11'}");
    json_t *charge = charge_nth (rig, lease, 0);
    cr_assert_str_eq (rig_text (charge, "due_day"), "2014-11-03");
    cr_assert_str_eq (rig_text (charge, "timely_until"), "2014-11-06");
    set_day (rig, day_of ("2014-11-06"));
    cr_assert_eq (rig_count (ok (rig, "Rent/ListArrears", "{}"), "arrears"), 0);
    refused (rig, "Rent/DemandPayment", "LEASE_NOT_OVERDUE", "{'lease': %llu}", lease);
    rig_set_time (rig, "2014-11-06T22:59:59Z");
    refused (rig, "Rent/DemandPayment", "LEASE_NOT_OVERDUE", "{'lease': %llu}", lease);
    rig_set_time (rig, "2014-11-06T23:00:00Z"); /* midnight in Copenhagen */
    json_t *late = rig_item (ok (rig, "Rent/ListArrears", "{}"), "arrears", 0);
    cr_assert_str_eq (rig_text (late, "demand_from"), "2014-11-07");
    json_t *demand = ok (rig, "Rent/DemandPayment", "{'lease': %llu}", lease);
    cr_assert_eq (rig_number (demand, "amount_ore"), 150000);
    cr_assert_str_eq (rig_text (demand, "deadline_day"), "2014-11-10");
    pay (rig, lease, 150000, "2014-11-07");
    cr_assert_eq (rig_count (ok (rig, "Rent/ListArrears", "{}"), "arrears"), 0);
    refused (rig, "Rent/DemandPayment", "LEASE_NOT_OVERDUE", "{'lease': %llu}", lease);
    rig_destroy (&rig);
}

static const char RULES[] = "series;rule_id;description;value;unit;valid_from;source;confidence\\n"
                            "lease_notice_months;LEA-01;notice;3;months;2000-01-01;law;high\\n"
                            "rent_due_moves;LEA-03;due;1;bool;2000-01-01;law;high\\n"
                            "rent_timely_days;LEA-04;timely;3;working days;2000-01-01;law;high\\n"
                            "rent_timely_days;LEA-40;timely;5;working days;2027-01-01;law;medium\\n"
                            "rent_demand_days;LEA-05;demand;3;days;2000-01-01;law;high\\n"
                            "vat_rate;LEA-14;VAT;25;pct;;law;high\\n";

Test (rent, a_rule_that_changes_on_1_january_applies_from_that_day, .description = "L5, LEA-04")
{
    rig_t *rig = rig_at ("2026-11-20T09:00:00Z");
    number_t lease = let (rig, premises_with (rig, 1), 0, 1, "2026-12-01", "");
    cr_assert_eq (rig_number (ok (rig, "Rules/LoadRules", "{'csv': '%s'}", RULES), "rules"), 6);
    ok (rig, "Rent/RunCharges", "{'month': '2026-12'}");
    set_day (rig, day_of ("2026-12-20"));
    json_t *january = ok (rig, "Rent/RunCharges", "{'month': '2027-01'}");
    cr_assert_str_eq (rig_text (january, "caution"),
                      "Hviler på regler, der skal efterprøves: fyr lease rules viser hvilke.");
    cr_assert_str_eq (rig_text (charge_nth (rig, lease, 0), "timely_until"), "2026-12-04", "three working days");
    cr_assert_str_eq (rig_text (charge_nth (rig, lease, 1), "timely_until"), "2027-01-11", "five working days");
    json_t *rules = ok (rig, "Rules/ListRules", "{'day': '2027-01-01'}");
    cr_assert_str_eq (rig_text (rig_item (rules, "rules", 2), "rule_id"), "LEA-40");
    cr_assert (json_is_false (json_object_get (rig_item (rules, "rules", 2), "certain")));
    rig_destroy (&rig);
}

Test (rent, a_set_of_rules_that_cannot_be_followed_is_not_taken, .description = "L5")
{
    rig_t *rig = rig_at ("2026-11-20T09:00:00Z");
    refused (rig, "Rules/LoadRules", "LEASE_RULES_UNREADABLE", "{'csv': 'a;b'}");
    refused (rig, "Rules/LoadRules", "LEASE_RULES_UNREADABLE",
             "{'csv': '%sLEA-7;x;y;1;bool;2000-01-01;law;high;too;many\\n'}", RULES);
    refused (rig, "Rules/LoadRules", "LEASE_RULES_INCOMPLETE", "{'csv': '%.*s'}",
             (int) (strstr (RULES, "vat_rate") - RULES), RULES);
    cr_assert_eq (rig_count (ok (rig, "Rules/ListRules", "{}"), "rules"), 5, "those that came with the program");
    rig_destroy (&rig);
}

/* LEA-01, and days by the clock in Copenhagen: it goes forward in the night to 29 March 2026 and back in that to 25
 * October. */
Test (leases, days_begin_at_midnight_in_copenhagen_also_when_the_clock_changes, .description = "L4, LEA-01, CAL-02")
{
    rig_t *rig = rig_at ("2026-03-20T09:00:00Z");
    number_t premises = id_of (
        ok (rig, "House/CreatePremises", "{'name': 'Fyret', 'district': 8, 'monthly_rent_ore': 1000}"), "premises");
    ok (rig, "House/AddDesks", "{'premises': %llu, 'count': 2, 'name_prefix': 'A'}", premises);
    number_t spring = let (rig, premises, 0, 1, "2026-03-29", ", 'last_day': '2026-03-29'"),
             autumn = let (rig, premises, 1, 1, "2026-10-25", ", 'last_day': '2026-10-25'");
    cr_assert_eq (rig_number (lease_now (rig, autumn), "notice_months"), 3, "as LEA-01 says, where nothing is agreed");
    static const struct {
        const char *at, *spring, *autumn;
    } nights[] = {
        { "2026-03-28T22:59:59Z", "SIGNED", "SIGNED" }, { "2026-03-28T23:00:00Z", "ACTIVE", "SIGNED" },
        { "2026-03-29T21:59:59Z", "ACTIVE", "SIGNED" }, { "2026-03-29T22:00:00Z", "ENDED", "SIGNED" },
        { "2026-10-24T21:59:59Z", "ENDED", "SIGNED" },  { "2026-10-24T22:00:00Z", "ENDED", "ACTIVE" },
        { "2026-10-25T22:59:59Z", "ENDED", "ACTIVE" },  { "2026-10-25T23:00:00Z", "ENDED", "ENDED" },
    };
    for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
        rig_set_time (rig, nights[i].at);
        cr_assert_str_eq (lease_state (rig, spring), nights[i].spring, "%s", nights[i].at);
        cr_assert_str_eq (lease_state (rig, autumn), nights[i].autumn, "%s", nights[i].at);
    }
    rig_destroy (&rig);
}

/* --- payments --- */

Test (payments, the_oldest_is_paid_first_and_what_is_left_pays_what_comes, .description = "L5")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t lease = let (rig, premises_with (rig, 1), 0, 1, "2026-02-01", "");
    ok (rig, "Rent/RunCharges", "{}");
    json_t *half = ok (rig, "Rent/RecordPayment", "{'lease': %llu, 'amount_ore': 200000, 'reference': 'K1'}", lease);
    cr_assert_eq (rig_number (half, "still_open_ore"), 100000);
    cr_assert_eq (rig_number (charge_nth (rig, lease, 0), "open_ore"), 0);
    refused (rig, "Rent/RecordPayment", "LEASE_PAYMENT_KNOWN", "{'lease': %llu, 'amount_ore': 1, 'reference': 'K1'}",
             lease);
    refused (rig, "Rent/RecordPayment", "LEASE_PAYMENT_AHEAD", "{'lease': %llu, 'amount_ore': 1, 'day': '2026-03-03'}",
             lease);
    json_t *more = ok (rig, "Rent/RecordPayment", "{'lease': %llu, 'amount_ore': 120000}", lease);
    cr_assert_eq (rig_number (more, "left_ore"), 20000);
    ok (rig, "Rent/RunCharges", "{'month': '2026-04'}");
    cr_assert_eq (rig_number (charge_nth (rig, lease, 2), "open_ore"), 130000);
    check_the_books (rig);
    rig_destroy (&rig);
}

Test (payments, the_deposit_pays_what_is_open_at_the_end_and_the_rest_is_paid_out, .description = "L5, L4")
{
    rig_t *rig = rig_at ("2026-03-01T09:00:00Z");
    number_t lease = let (rig, premises_with (rig, 1), 0, 1, "2026-03-01",
                          ", 'deposit_ore': 450000, 'notice_months': 1, 'vat': true");
    cr_assert_str_eq (rig_text (charge_nth (rig, lease, 0), "kind"), "DEPOSIT");
    pay (rig, lease, 450000, "2026-03-01");
    refused (rig, "Rent/ReturnDeposit", "LEASE_WRONG_STATE", "{'lease': %llu}", lease);
    ok (rig, "Leases/GiveNotice", "{'lease': %llu}", lease);
    set_day (rig, day_of ("2026-04-01"));
    refused (rig, "Rent/ReturnDeposit", "LEASE_NOT_CHARGED_YET", "{'lease': %llu}", lease);
    ok (rig, "Rent/RunCharges", "{}");
    json_t *returned = ok (rig, "Rent/ReturnDeposit", "{'lease': %llu}", lease);
    cr_assert_eq (rig_number (returned, "set_off_ore"), 187500, "March with VAT");
    cr_assert_eq (rig_number (returned, "to_pay_out_ore"), 262500);
    refused (rig, "Rent/ReturnDeposit", "LEASE_NOTHING_TO_RETURN", "{'lease': %llu}", lease);
    check_the_books (rig);
    rig_destroy (&rig);
}

/* --- the year's costs --- */

Test (settlement, a_years_costs_are_shared_by_desk_and_day_and_the_house_bears_empty_desks, .description = "L5, LEA-07")
{
    rig_t *rig = rig_at ("2025-01-02T09:00:00Z");
    number_t premises = premises_with (rig, 4);
    number_t all_year = let (rig, premises, 0, 1, "2025-01-01", ", 'monthly_costs_ore': 10000"),
             half = let (rig, premises, 1, 1, "2025-01-01", ", 'monthly_costs_ore': 30000, 'last_day': '2025-06-30'"),
             none = let (rig, premises, 2, 1, "2025-01-01", "");
    set_day (rig, day_of ("2025-12-15"));
    ok (rig, "Rent/RunCharges", "{'month': '2025-11'}");
    refused (rig, "Rent/SettleCosts", "LEASE_YEAR_NOT_OVER", "{'premises': %llu, 'year': 2025, 'cost_ore': 1}",
             premises);
    set_day (rig, day_of ("2026-02-02"));
    refused (rig, "Rent/SettleCosts", "LEASE_NOT_CHARGED_YET", "{'premises': %llu, 'year': 2025, 'cost_ore': 1}",
             premises);
    ok (rig, "Rent/RunCharges", "{}");
    size_t before = charges_of (rig, none);
    ok (rig, "Rent/SettleCosts", "{'premises': %llu, 'year': 2025, 'cost_ore': 1000001}", premises);
    rig_advance (rig, 10);
    refused (rig, "Rent/SettleCosts", "LEASE_COSTS_SETTLED", "{'premises': %llu, 'year': 2025, 'cost_ore': 2}",
             premises);
    json_t *settled = rig_item (ok (rig, "Rent/ListSettlements", "{}"), "settlements", 0);
    cr_assert_eq (rig_number (settled, "leases"), 3);
    cr_assert_eq (rig_number (settled, "tenants_ore") + rig_number (settled, "house_ore"), 1000001);
    cr_assert_eq (rig_number (settled, "on_account_ore"), 12 * 10000 + 6 * 30000);
    size_t last = charges_of (rig, all_year) - 1;
    cr_assert_str_eq (rig_text (charge_nth (rig, all_year, last), "kind"), "OPERATING_COSTS");
    cr_assert_eq (rig_number (charge_nth (rig, all_year, last), "amount_ore"), 250000 - 120000, "a quarter");
    json_t *back = rig_item (ok (rig, "Rent/ListPayments", "{'lease': %llu}", half), "payments", 0);
    cr_assert_str_eq (rig_text (back, "kind"), "COSTS_BACK");
    cr_assert_eq (rig_number (back, "amount_ore"), 180000 - 123973, "181 of 365 days of a desk of four");
    cr_assert_eq (charges_of (rig, none), before, "LEA-07: no costs are listed there");
    check_the_books (rig);
    rig_destroy (&rig);
}
