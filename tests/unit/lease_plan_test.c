/* What the lease service asks of its database, as the database means to do it: no list and no command goes through a
 * table that grows, whatever is asked. */
#include "harness/plans.h"
#include "unit/lease_kit.h"

#include "contract/lease.contract.h"

/* Every method that was asked, and those that the kit asks. */
enum { ASKED_MAX = 512 };
static const char
    *asked[ASKED_MAX] = { "House/CreatePremises",   "House/AddDesks",    "House/CreateRoom",
                          "Tenants/RegisterTenant", "Leases/OfferLease", "Leases/SignLease",
                          "Waitlist/JoinWaitlist",  "Rules/LoadRules" /* lease_rent_test.c: one row written */ };
static size_t n_asked = 8;

#undef ok
#define ok(rig, method, ...)                                                                                           \
    (asked[n_asked < ASKED_MAX ? n_asked++ : 0] = (method), rig_ok (rig, DESK, "lease", method, __VA_ARGS__))

/* One of everything, so that every statement has run. */
static void let (rig_t *rig)
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
    ok (rig, "Rent/SetChargeDay", "{'day': 1}");
    ok (rig, "Rent/GetChargeDay", "{}");
    ok (rig, "Rent/ListDemandsDue", "{}");
    ok (rig, "Rent/ListDemandsDue", "{'after': %llu}", draft);
    ok (rig, "Rent/DemandAll", "{}");
    ok (rig, "Rent/ListDemands", "{}");
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

static void meet (rig_t *rig)
{
    number_t where = room (rig), who = tenant (rig, 10), house = premises_with (rig, 0);
    ok (rig, "House/SetOpeningHours",
        "{'premises': %llu, 'days': ['MONDAY', 'TUESDAY'], 'opens': '08:00', 'closes': '22:00'}", house);
    ok (rig, "House/ListOpeningHours", "{'premises': %llu}", house);
    ok (rig, "House/CloseHouse", "{'premises': %llu, 'from_day': '2027-12-24', 'reason': 'Jul'}", house);
    ok (rig, "House/SetTerms", "{'premises': %llu, 'monthly_rent_ore': 160000, 'notice_months': 3}", house);
    ok (rig, "House/AddDesk", "{'premises': %llu, 'name_prefix': 'C', 'number': 1}", house);
    ok (rig, "Rooms/SetRoomRules",
        "{'room': %llu, 'buffer_minutes': 5, 'needs_approval': true, 'tenant_minutes': 600, 'no_show_minutes': 20}",
        where);
    ok (rig, "Rooms/SetRoomEquipment", "{'room': %llu, 'equipment': ['projektor']}", where);
#define AT_TEN                                                                                                         \
    "{'room': %llu, 'title': 'x', 'tenant': %llu, 'starts_at': '2027-06-%02dT08:00:00Z', 'ends_at': "                  \
    "'2027-06-%02dT09:00:00Z'}"
    number_t booking = id_of (ok (rig, "Rooms/BookRoom", AT_TEN, where, who, 1, 1), "booking");
    ok (rig, "Rooms/ApproveBooking", "{'booking': %llu}", booking);
    ok (rig, "Rooms/ChangeBooking", "{'booking': %llu, 'title': 'y'}", booking);
    ok (rig, "Rooms/FindRooms",
        "{'starts_at': '2027-06-02T08:00:00Z', 'ends_at': '2027-06-02T09:00:00Z', 'seats': 2, 'equipment':"
        " ['projektor']}");
    ok (rig, "Rooms/BookRoom", AT_TEN, where, who, 3, 3); /* nobody approves it */
    number_t series = id_of (
        ok (rig, "Series/BookSeries",
            "{'room': %llu, 'title': 'z', 'starts_at': '2027-07-05T08:00:00Z', 'ends_at': '2027-07-05T09:00:00Z',"
            " 'rule': 'FREQ=WEEKLY;COUNT=4', 'except_days': ['2027-07-12']}",
            where),
        "series");
    ok (rig, "Rooms/ListBookings", "{}");
    ok (rig, "Rooms/ListBookings", "{'after': %llu}", booking);
    ok (rig, "Rooms/ListBookings", "{'room': %llu, 'from_day': '2027-06-01'}", where);
    ok (rig, "Rooms/ListRooms", "{}");
    ok (rig, "Calendars/GetRoomCalendar", "{'room': %llu}", where);
    ok (rig, "Series/ReleaseSeries", "{'series': %llu, 'from_day': '2027-07-06'}", series);
    rig_set_time (rig, "2027-06-01T08:05:00Z");
    ok (rig, "Rooms/CheckIn", "{'booking': %llu}", booking);
    rig_set_time (rig, "2027-06-03T09:05:00Z");
    ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", booking);
    ok (rig, "Rooms/ReleaseRoom", "{'reference': 17}");
}

static void search (rig_t *rig)
{
    static const char *const NAMES[] = { "Tagensvej", "Lersø" };
    number_t site = 0;
    for (int i = 0; i < 2; i++)
        site = id_of (ok (rig, "Sites/AddSite",
                          "{'name': '%s', 'district': 3, 'area_m2': 400, 'desks': 45, 'rooms': 3,"
                          " 'yearly_rent_ore': 45000000, 'available_from': '2026-02-01'}",
                          NAMES[i]),
                      "site");
    ok (rig, "Sites/SetSearch",
        "{'desks_least': 40, 'desks_most': 50, 'rooms': 3, 'area_per_desk': 8, 'yearly_rent_ore': 50000000,"
        " 'wanted_from': '2026-02-01'}");
    ok (rig, "Sites/SetWeight", "{'criterion': 'PRICE', 'weight': 60}");
    ok (rig, "Sites/RankSites", "{}");
    ok (rig, "Sites/DecideSite", "{'site': %llu, 'reason': 'x'}", site);
    ok (rig, "Sites/ListSiteDecisions", "{}");
    ok (rig, "Sites/WithdrawSite", "{'site': %llu, 'reason': 'x'}", site);
}

static void run_the_day (rig_t *rig)
{
    number_t who = tenant (rig, 11);
    number_t task = id_of (ok (rig, "Operations/OpenTask",
                               "{'kind': 'FAULT', 'title': 'x', 'owner': 'jens', 'due_day': '2027-07-01',"
                               " 'repeat_months': 1}"),
                           "task");
    ok (rig, "Operations/HandTask", "{'task': %llu, 'owner': 'mette'}", task);
    ok (rig, "Operations/CloseTask", "{'task': %llu, 'outcome': 'x'}", task);
    static const char *const TASKS[] = { "{}", "{'owner': 'mette'}", "{'closed': true}",
                                         "{'closed': true, 'owner': 'mette'}", "{'closed': true, 'kind': 'FAULT'}" };
    for (size_t i = 0; i < sizeof TASKS / sizeof TASKS[0]; i++)
        ok (rig, "Operations/ListTasks", "%s", TASKS[i]);
    number_t partner = id_of (ok (rig, "Partners/AddPartner", "{'kind': 'HOLISTIC_PLAN', 'name': 'x'}"), "partner");
    ok (rig, "Partners/RecordMeeting", "{'partner': %llu, 'about': 'x', 'next_day': '2027-09-01'}", partner);
    number_t initiative = id_of (
        ok (rig, "Partners/StartInitiative", "{'partner': %llu, 'title': 'x', 'purpose': 'x', 'district': 3}", partner),
        "initiative");
    ok (rig, "Partners/ListInitiatives", "{}");
    ok (rig, "Partners/ConcludeInitiative", "{'initiative': %llu, 'outcome': 'REACHED', 'result': 'x'}", initiative);
    ok (rig, "Partners/ListPartners", "{}");
    ok (rig, "Partners/ListMeetings", "{}");
    ok (rig, "Partners/ListMeetings", "{'partner': %llu}", partner);
    ok (rig, "Partners/ListInitiatives", "{}");
    number_t item = id_of (ok (rig, "Equipment/AddItem", "{'kind': 'cykel', 'name': 'Cykel 4'}"), "item");
    ok (rig, "Equipment/LendItem", "{'item': %llu, 'tenant': %llu, 'due_day': '2027-12-01'}", item, who);
    ok (rig, "Equipment/ListItems", "{}");
    ok (rig, "Equipment/ListItems", "{'kind': 'cykel'}");
    ok (rig, "Equipment/ListItems", "{'out': true}");
    ok (rig, "Equipment/ReturnItem", "{'item': %llu, 'condition': 'WORN'}", item);
    ok (rig, "Equipment/SetCondition", "{'item': %llu, 'condition': 'GOOD'}", item);
    ok (rig, "Equipment/ListLoans", "{'item': %llu}", item);
}

static void give (rig_t *rig)
{
    number_t who = tenant (rig, 12), house = premises_with (rig, 2), lease = offer (rig, who, house, 1, "2027-01-01");
    sign (rig, lease);
    ok (rig, "Tenants/AddEvidence", "{'tenant': %llu, 'kind': 'REGISTRATION', 'text': 'x'}", who);
    ok (rig, "Aid/SetMarketRent",
        "{'premises': %llu, 'from_day': '2026-01-01', 'monthly_rent_ore': 200000, 'source': 'x'}", house);
    ok (rig, "Aid/CheckRents", "{}");
    ok (rig, "Aid/CheckRents", "{'day': '2026-06-01'}");
    number_t aid = id_of (
        ok (rig, "Aid/RecordAid", "{'tenant': %llu, 'lease': %llu, 'amount_ore': 1000, 'basis': 'x'}", who, lease),
        "aid");
    ok (rig, "Aid/ReportAid", "{'aid': %llu, 'reference': 'x'}", aid);
    ok (rig, "Aid/ListAid", "{'tenant': %llu}", who);
    ok (rig, "SocialReturn/Promise", "{'tenant': %llu, 'jobs': 1, 'monthly_minutes': 600, 'from_month': '2027-01'}",
        who);
    ok (rig, "SocialReturn/CompareReturns", "{'from_month': '2027-01'}");
}

static void write (rig_t *rig)
{
    number_t entry = join (rig, tenant (rig, 13), 4), refused = join (rig, tenant (rig, 14), 1);
    ok (rig, "Letters/WriteLetter", "{'kind': 'WAITLIST_ANSWER', 'about': %llu}", entry);
    static const char *const LISTS[] = { "ARREARS_LIST", "WAITLIST_LIST", "RENT_LIST" };
    for (int i = 0; i < 3; i++)
        ok (rig, "Letters/WriteLetter", "{'kind': '%s'}", LISTS[i]);
    ok (rig, "Letters/GetTemplate", "{'kind': 'DEMAND'}");
    ok (rig, "Letters/SetTemplate", "{'kind': 'DEMAND', 'text': 'x'}");
    ok (rig, "Rules/ListRules", "{}");
    ok (rig, "Waitlist/OfferFreeDesks", "{}");
    ok (rig, "Waitlist/RefuseWaitlistOffer", "{'entry': %llu, 'reason': 'x'}", refused);
    number_t who = tenant (rig, 15), house = premises_with (rig, 1);
    ok (rig, "Leases/CheckOffer", "{'tenant': %llu, 'premises': %llu, 'desk_count': 1, 'from_day': '2028-01-01'}", who,
        house);
}

static void assert_all_was_asked (void)
{
    for (size_t m = 0; m < lease_contract.n_methods; m++) {
        const char *name = strrchr (lease_contract.methods[m].name, '.') + 1;
        bool found = false;
        for (size_t i = 0; i < n_asked; i++)
            found |= strcmp (asked[i], name) == 0;
        cr_expect (found, "%s was not asked", name);
    }
}

Test (lease_plans, no_statement_goes_through_a_table_that_grows,
      .description = "L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11, L12, L13")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    let (rig);
    meet (rig);
    search (rig);
    run_the_day (rig);
    give (rig);
    write (rig);
    assert_all_was_asked ();
    cr_assert_gt (plans_hold (rig_store (rig, "lease")), 200, "too few statements were looked at");
    rig_destroy (&rig);
}

static void find_check_free (void *context, const char *sql, const char *step)
{
    if (!strstr (sql, "ORDER BY starts_at DESC"))
        return;
    cr_expect (strstr (step, "booking_hours (room=? AND starts_at<?)"), "%s", step);
    *(const char **) context = sql;
}

/* The plan says as much only of an index that has all that the statement names, and this one names released_at; its
 * program tells what it reads. */
Test (lease_plans, a_free_hour_is_found_in_the_index_alone, .description = "L7")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    ok (rig, "Rooms/BookRoom", AT_TEN, room (rig), tenant (rig, 0), 1, 1);
    store_t *store = rig_store (rig, "lease");
    static char explain[512];
    const char *sql = NULL;
    store_plans (store, find_check_free, &sql);
    cr_assert (sql);
    snprintf (explain, sizeof explain, "EXPLAIN %s", sql);
    store_begin (store);
    rows_t *rows = store_query (store, explain, 1, 1, 1);
    int64_t index = -1;
    size_t reads = 0;
    while (rows_next (rows)) {
        const char *code = rows_text (rows, 1);
        if (strncmp (code, "Seek", 4) == 0)
            index = rows_int (rows, 2);
        if (strcmp (code, "Column") == 0 || strcmp (code, "Rowid") == 0) {
            reads++;
            cr_expect_eq (rows_int (rows, 2), index, "%s", code);
        }
    }
    cr_assert_gt (reads, 0);
    store_rollback (store);
    rig_destroy (&rig);
}
