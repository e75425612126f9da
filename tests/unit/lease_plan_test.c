/* What the lease service asks of its database, as the database means to do it: no list and no command goes through a
 * table that grows. */
#include "unit/lease_kit.h"

/* Tables that stay small for as long as the house stands: a row for each house, year or decision. */
static const char *const
    SMALL[] = { "premises",   "rent_budget", "waitlist_rule", "rule_file",     "charge_run",
                "settlement", "opening",     "CONSTANT ROW",  "waitlist_piece" /* one for 64 and more in line */ };

/* Indexes that hold what is under way and nothing that is over, read in their order. */
static const char *const UNDER_WAY[] = { "waitlist_line", "waitlist_once",   "waitlist_open_offer", "waitlist_by_wish",
                                         "lease_running", "lease_to_charge", "charge_late",         "charge_run_open" };

/* What is meant to go through everything, and says so in services/lease/README.md. */
static const char *const OF_ALL[] = { "row_number () OVER" };

/* What sorts a few rows it has found: of one lease, one desk set, what is late. A run that sorted all leases to take
 * the first once took minutes where it should take none. */
static const char *const SORTED[] = { "FROM desk_hold JOIN desk", "sum (open_ore), min (due_day)", "row_number () OVER",
                                      "FROM credit_part AS part", "AS most FROM premises" };

/* Names of what a statement has found already and goes through again. */
static const char *const FOUND[] = {
    "SCAN (subquery", "SCAN free", "SCAN held", "SCAN change", "SCAN gap", "SCAN line"
};

static bool among (const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr (text, list[i]))
            return true;
    return false;
}

#define AMONG(text, list) among ((text), (list), sizeof (list) / sizeof (list)[0])

typedef struct {
    size_t statements, scans;
    const char *last;
} look_t;

static bool of_the_service (const char *sql)
{
    static const char *const OURS[] = { "lease",  "charge",     "credit", "waitlist", "desk",
                                        "tenant", "settlement", "demand", "name_key" };
    return AMONG (sql, OURS) && !strstr (sql, "journal");
}

static void look_at (void *context, const char *sql, const char *step)
{
    look_t *look = context;
    if (!of_the_service (sql))
        return;
    look->statements += look->last != sql;
    look->last = sql;
    if (strstr (step, "TEMP B-TREE FOR ORDER BY") && !AMONG (sql, SORTED)) {
        look->scans++;
        cr_log_error ("%s\n    in %s", step, sql);
    }
    if (strncmp (step, "SCAN", 4) != 0 || AMONG (step, SMALL) || AMONG (step, UNDER_WAY) || AMONG (step, FOUND) ||
        AMONG (sql, OF_ALL))
        return;
    look->scans++;
    cr_log_error ("%s\n    in %s", step, sql);
}

/* One of everything, so that every statement has run. */
static void live (rig_t *rig)
{
    number_t premises = premises_with (rig, 6), who = tenant (rig, 0), other = tenant (rig, 1);
    number_t draft = id_of (ok (rig, "Leases/DraftLease",
                                "{'tenant': %llu, 'premises': %llu, 'desk_count': 1, 'from_day': '2026-01-01',"
                                " 'last_day': '2026-12-31', 'monthly_costs_ore': 100, 'deposit_ore': 100000}",
                                who, premises),
                            "lease");
    ok (rig, "Leases/OfferDraft", "{'lease': %llu}", draft);
    sign (rig, draft);
    ok (rig, "Leases/ChangeLease",
        "{'lease': %llu, 'until_notice': true, 'monthly_rent_ore': 1000, 'notice_months': 1}", draft);
    ok (rig, "Rent/RunCharges", "{}");
    number_t payment = id_of (
        ok (rig, "Rent/RecordPayment", "{'lease': %llu, 'amount_ore': 100, 'reference': 'x'}", draft), "payment");
    rig_set_time (rig, "2026-03-20T09:00:00Z");
    number_t demand = id_of (ok (rig, "Rent/DemandPayment", "{'lease': %llu}", draft), "demand");
    number_t first = join (rig, who, 5), second = join (rig, other, 6);
    ok (rig, "Waitlist/SetWaitlistRule", "{'criteria': ['SOCIAL_RETURN'], 'offer_days': 7, 'reason': 'x'}");
    ok (rig, "Waitlist/OfferFreeDesks", "{}");
    ok (rig, "Leases/WithdrawLease", "{'lease': %llu}",
        id_of (ok (rig, "Waitlist/AcceptWaitlistOffer", "{'entry': %llu}", first), "lease"));
    ok (rig, "Waitlist/GetPosition", "{'entry': %llu}", second);
    ok (rig, "Waitlist/LeaveWaitlist", "{'entry': %llu}", second);
    ok (rig, "Leases/GiveNotice", "{'lease': %llu, 'given_day': '2026-01-01'}", draft);
    rig_set_time (rig, "2027-01-20T09:00:00Z");
    ok (rig, "Rent/RunCharges", "{}");
    rig_advance (rig, 100);
    ok (rig, "Rent/SettleCosts", "{'premises': %llu, 'year': 2026, 'cost_ore': 100000}", premises);
    ok (rig, "Rent/ReturnDeposit", "{'lease': %llu}", draft);
    ok (rig, "Economy/SetHeadLease", "{'premises': %llu, 'from_month': '2026-03', 'monthly_ore': 1}", premises);
    ok (rig, "Economy/SetRentBudget", "{'year': 2026, 'amount_ore': 5, 'source': 'x'}");
    ok (rig, "Economy/GetEconomy", "{}");
    ok (rig, "Leases/OfferLease",
        "{'tenant': %llu, 'premises': %llu, 'desk_count': 6, 'from_day': '2027-02-01',"
        " 'last_day': '2027-02-02'}",
        who, premises);
    for (int kind = 0; kind < 3; kind++)
        ok (rig, "Letters/WriteLetter", "{'kind': '%s', 'about': %llu}",
            kind == 0   ? "RECEIPT"
            : kind == 1 ? "DEMAND"
                        : "LEASE_CONTRACT",
            kind == 0   ? payment
            : kind == 1 ? demand
                        : draft);
    static const char *const LISTS[] = {
        "Leases/ListLeases",       "Rent/ListChargeRuns", "Rent/ListArrears",
        "Rent/ListSettlements",    "House/ListDesks",     "Waitlist/ListWaitlist",
        "Waitlist/ReplayWaitlist", "Waitlist/GetReplay",  "Waitlist/ListWaitlistOffers",
        "Tenants/ListTenants",     "Rent/ListCharges",    "House/GetHouse",
    };
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++)
        ok (rig, LISTS[i], "{}");
    /* One that is called so, and one where only the neighbours are left to look at. */
    static const char *const NAMED[] = { "TENANT", "PREMISES", "DESK",    "LEASE",      "ENTRY",
                                         "SITE",   "TASK",     "PARTNER", "INITIATIVE", "ITEM" };
    for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
        ok (rig, "Names/FindNames", "{'kind': 'NAMED_%s', 'name': 'Virksomhed 1'}", NAMED[i]);
        ok (rig, "Names/FindNames", "{'kind': 'NAMED_%s', 'name': 'Wirksomhed 1'}", NAMED[i]);
    }
    ok (rig, "Names/FindRoomNames", "{'name': 'x'}");
    ok (rig, "Leases/ListLeases", "{'tenant': %llu}", who);
    ok (rig, "Leases/ListLeases", "{'state': 'ENDED'}");
    ok (rig, "Rent/ListCharges", "{'lease': %llu}", draft);
    ok (rig, "Rent/ListPayments", "{'lease': %llu}", draft);
}

Test (lease_plans, no_statement_goes_through_a_table_that_grows, .description = "L4, L5, L6, L8")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    look_t look = { 0 };
    live (rig);
    store_plans (rig_store (rig, "lease"), look_at, &look);
    cr_assert_gt (look.statements, 60, "only %zu statements were looked at", look.statements);
    cr_assert_eq (look.scans, 0);
    rig_destroy (&rig);
}
