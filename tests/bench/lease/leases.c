/* What is asked about leases, rent and the line. */
#include "fill.h"
#include "works.h"

#include "base/time.h"
#include "fyrtaarn/lease/v1/economy.pb-c.h"
#include "fyrtaarn/lease/v1/leases.pb-c.h"
#include "fyrtaarn/lease/v1/letters.pb-c.h"
#include "fyrtaarn/lease/v1/names.pb-c.h"
#include "fyrtaarn/lease/v1/premises.pb-c.h"
#include "fyrtaarn/lease/v1/rent.pb-c.h"
#include "fyrtaarn/lease/v1/tenants.pb-c.h"
#include "fyrtaarn/lease/v1/waitlist.pb-c.h"

static uint64_t some_lease (const house_t *house, int round)
{
    return fill_lease (1 + (int64_t) round * 7919 % (house->pairs - 1));
}

/* What any look at one row costs there, with nothing of the service: the least that anything can. */
static void look_up (house_t *house, int round, int rows)
{
    store_t *store = node_store (house->node);
    int64_t begun = cpu_ns ();
    for (int i = 0; i < rows; i++)
        rows_close (store_row (store, "SELECT desks FROM lease WHERE id = $1", some_lease (house, ROWS * round + i)));
    house->took_ns = cpu_ns () - begun;
}

static void look_up_one (house_t *house, int round)
{
    look_up (house, round, 1);
}

static void look_up_a_page (house_t *house, int round)
{
    look_up (house, round, ROWS);
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

static void find_name (house_t *house, int round)
{
    (void) round;
    ASK (house, "Names/FindNames", find_names_request, FindNamesRequest, .kind = LEASE__NAMED__NAMED_TENANT,
         .name = (char[]){ "virksomhed 17" });
}

/* Nothing begins so: the neighbours are looked at, in both orders. */
static void find_mistyped_name (house_t *house, int round)
{
    (void) round;
    ASK (house, "Names/FindNames", find_names_request, FindNamesRequest, .kind = LEASE__NAMED__NAMED_TENANT,
         .name = (char[]){ "Wirksomhed 17" });
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

static void list_demands_due (house_t *house, int round)
{
    (void) round;
    ASK (house, "Rent/ListDemandsDue", list_demands_due_request, ListDemandsDueRequest, .limit = ROWS);
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

const work_t LEASE_WORKS[] = {
    { "one row by its id", look_up_one, NULL, NULL, ROUNDS, "the least there is" },
    { "20 rows by their ids", look_up_a_page, NULL, NULL, ROUNDS, "each far from the others" },
    { "ListLeases", list_leases, NULL, NULL, ROUNDS, NULL },
    { "ListLeases, of a tenant", list_leases_of_tenant, NULL, NULL, ROUNDS, NULL },
    { "ListLeases, active", list_active_leases, NULL, NULL, ROUNDS, NULL },
    { "ListDesks", list_desks, NULL, NULL, ROUNDS, NULL },
    { "ListTenants", list_tenants, NULL, NULL, ROUNDS, NULL },
    { "FindNames", find_name, NULL, NULL, ROUNDS, NULL },
    { "FindNames, mistyped", find_mistyped_name, NULL, NULL, ROUNDS, NULL },
    { "ListCharges, of a lease", list_charges_of_lease, NULL, NULL, ROUNDS, NULL },
    { "ListCharges, of a month", list_charges_of_month, NULL, NULL, ROUNDS, NULL },
    { "ListPayments", list_payments, NULL, NULL, ROUNDS, NULL },
    { "ListArrears", list_arrears, NULL, NULL, ROUNDS, NULL },
    { "ListDemandsDue", list_demands_due, NULL, NULL, ROUNDS, NULL },
    { "ListWaitlist", list_waitlist, NULL, NULL, ROUNDS, NULL },
    { "GetPosition", get_position, NULL, NULL, ROUNDS, NULL },
    { "WriteLetter, contract", write_contract, NULL, NULL, ROUNDS, NULL },
    { "CheckOffer, full house", check_full, NULL, NULL, ROUNDS, NULL },
    { "OfferLease", offer_lease, NULL, withdraw_lease, ROUNDS, NULL },
    { "WithdrawLease", withdraw_lease, offer_lease, NULL, ROUNDS, NULL },
    { "SignLease", sign_lease, offer_lease, NULL, ROUNDS, NULL },
    { "ChangeLease", change_price, NULL, NULL, ROUNDS, NULL },
    { "RecordPayment", record_payment, NULL, NULL, ROUNDS, NULL },
    { "JoinWaitlist", join_waitlist, NULL, leave_waitlist, ROUNDS, NULL },
    { "GiveNotice", give_notice, NULL, NULL, 19, NULL },
    { "GetHouse", get_house, NULL, NULL, ROUNDS, NULL },
    { "GetEconomy", get_economy, NULL, NULL, ROUNDS, NULL },
    { 0 },
};
