/* What letters and lists say, in Danish words, numbers and dates. */
#include "lease/letters.h"

#include "contract/lease.handlers.h"
#include "danish/dates.h"
#include "danish/money.h"

#include <inttypes.h>

/* --- small words --- */

static void put_day (draft_t *draft, const char *name, int32_t day, const char *otherwise)
{
    char text[DANISH_DAY_SIZE];
    letter_put (draft, name, day ? danish_day (day, text) : otherwise);
}

static void put_money (draft_t *draft, const char *name, int64_t ore)
{
    char text[MONEY_TEXT_SIZE];
    letter_put (draft, name, money_text (ore, text));
}

static void put_row_day (draft_t *draft, const char *name, int32_t day)
{
    char text[DANISH_DAY_SIZE];
    letter_put_in_row (draft, name, day ? danish_day (day, text) : "");
}

static void put_row_money (draft_t *draft, const char *name, int64_t ore)
{
    char text[MONEY_TEXT_SIZE];
    letter_put_in_row (draft, name, money_text (ore, text));
}

static void put_row_number (draft_t *draft, const char *name, uint64_t number)
{
    letter_put_in_row (draft, name, txn_format (draft->txn, "%" PRIu64, number));
}

/* The house is named by its first premises where a list is about all of them. */
static void put_house (draft_t *draft)
{
    rows_t *row = txn_row (draft->txn, "SELECT name FROM premises ORDER BY id LIMIT 1");
    put_day (draft, "dato", txn_today (draft->txn), "");
    letter_put (draft, "hus", row ? rows_text (row, 0) : "");
    if (row)
        rows_close (row);
}

/* "Husleje juni 2026", "Depositum", "Driftsudgifter 2026" */
static const char *charge_text (txn_t *txn, int kind, int32_t from_day)
{
    char month[DANISH_MONTH_SIZE];
    if (kind == LEASE__CHARGE_KIND__DEPOSIT)
        return "Depositum";
    if (kind == LEASE__CHARGE_KIND__OPERATING_COSTS)
        return txn_format (txn, "Driftsudgifter %d", day_to_civil (from_day).year);
    return txn_format (txn, "Husleje %s", danish_month (month_of_day (from_day), month));
}

/* --- a lease --- */

static char *desk_names (draft_t *draft, uint64_t lease)
{
    char *names = txn_text (draft->txn, "");
    rows_t *rows = txn_query (draft->txn,
                              "SELECT prefix || number FROM desk_hold JOIN desk ON desk.id = desk_hold.desk"
                              " WHERE desk_hold.lease = $1 ORDER BY prefix, number LIMIT $2",
                              lease, DESKS_MAX);
    while (rows_next (rows))
        names = txn_format (draft->txn, "%s%s%s", names, names[0] ? ", " : "", rows_text (rows, 0));
    return names;
}

/* "1 kontorplads", "4 kontorpladser" */
static char *desks_text (txn_t *txn, uint64_t count)
{
    return txn_format (txn, "%" PRIu64 " kontorplads%s", count, count == 1 ? "" : "er");
}

static void put_terms (draft_t *draft, const lease_t *lease, int64_t rent_ore, int64_t costs_ore)
{
    txn_t *txn = draft->txn;
    char text[MONEY_TEXT_SIZE];
    letter_put_number (draft, "lejemål", lease->id);
    letter_put_number (draft, "antal", lease->desks);
    letter_put (draft, "kontorpladser", desks_text (txn, lease->desks));
    letter_put (draft, "pladser", desk_names (draft, lease->id));
    put_day (draft, "fra", lease->period.from_day, "");
    put_day (draft, "til", lease->period.last_day, "opsigelse");
    put_money (draft, "leje_pr_plads", rent_ore);
    put_money (draft, "leje", rent_ore * lease->desks);
    letter_put (draft, "aconto", costs_ore ? money_text (costs_ore * lease->desks, text) : "ingen");
    letter_put (draft, "depositum", lease->deposit_ore ? money_text (lease->deposit_ore, text) : "intet");
    letter_put (draft, "moms", lease->vat ? "med tillæg af moms" : "uden moms");
    letter_put (draft, "opsigelse",
                txn_format (txn, "%" PRIu32 " %s til den første i en måned", lease->notice_months,
                            lease->notice_months == 1 ? "måned" : "måneder"));
}

static status_t put_lease (draft_t *draft, uint64_t id, int64_t *ret_answer_by, fault_t *reterr)
{
    txn_t *txn = draft->txn;
    lease_t lease;
    status_t status = lease_find (txn, id, &lease, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *row = txn_row (txn,
                           "SELECT premises.name, premises.address, tenant.name, tenant.cvr, price.monthly_rent_ore,"
                           " price.monthly_costs_ore, lease.answer_by FROM lease"
                           " JOIN premises ON premises.id = lease.premises JOIN tenant ON tenant.id = lease.tenant"
                           " JOIN lease_price AS price ON price.lease = lease.id WHERE lease.id = $1"
                           " AND price.from_day <= $2 ORDER BY price.from_day DESC LIMIT 1",
                           id, txn_today (txn) > lease.period.from_day ? txn_today (txn) : lease.period.from_day);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_UNKNOWN", "there is no lease {lease=%" PRIu64 "}", id);
    put_day (draft, "dato", txn_today (txn), "");
    letter_put (draft, "hus", rows_text (row, 0));
    letter_put (draft, "adresse", rows_text (row, 1));
    letter_put (draft, "lejer", rows_text (row, 2));
    letter_put (draft, "cvr", rows_text (row, 3));
    int64_t rent_ore = rows_int (row, 4), costs_ore = rows_int (row, 5);
    *ret_answer_by = rows_int (row, 6);
    rows_close (row);
    put_terms (draft, &lease, rent_ore, costs_ore);
    return STATUS_OK;
}

status_t letter_about_lease (draft_t *draft, uint64_t lease, int32_t month, fault_t *reterr)
{
    (void) month;
    int64_t answer_by = 0;
    char until[DANISH_TIME_SIZE];
    status_t status = put_lease (draft, lease, &answer_by, reterr);
    letter_put (draft, "svarfrist", answer_by ? danish_instant (answer_by, until) : "ingen");
    return status;
}

/* --- a payment, a demand --- */

static void put_paid_rows (draft_t *draft, uint64_t payment)
{
    rows_t *rows = txn_query (draft->txn,
                              "SELECT charge.kind, charge.from_day, part.amount_ore FROM credit_part AS part"
                              " JOIN charge ON charge.id = part.charge WHERE part.credit = $1"
                              " ORDER BY charge.due_day, charge.id LIMIT $2",
                              payment, LIST_MAX);
    while (rows_next (rows)) {
        letter_next_row (draft);
        letter_put_in_row (draft, "post",
                           charge_text (draft->txn, (int) rows_int (rows, 0), (int32_t) rows_int (rows, 1)));
        put_row_money (draft, "dækket", rows_int (rows, 2));
    }
}

static int64_t open_of (txn_t *txn, uint64_t lease)
{
    rows_t *row =
        txn_row (txn, "SELECT coalesce (sum (open_ore), 0) FROM charge WHERE lease = $1 AND open_ore > 0", lease);
    int64_t ore = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return ore;
}

status_t letter_about_payment (draft_t *draft, uint64_t payment, int32_t month, fault_t *reterr)
{
    (void) month;
    int64_t answer_by;
    rows_t *row = txn_row (draft->txn,
                           "SELECT lease, day, amount_ore, left_ore, reference FROM credit WHERE id = $1"
                           " AND kind = 1",
                           payment);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_PAYMENT_UNKNOWN", "there is no payment {payment=%" PRIu64 "}",
                      payment);
    uint64_t lease = rows_uint (row, 0);
    letter_put_number (draft, "betaling", payment);
    put_day (draft, "modtaget", (int32_t) rows_int (row, 1), "");
    put_money (draft, "beløb", rows_int (row, 2));
    put_money (draft, "til_gode", rows_int (row, 3));
    letter_put (draft, "reference", rows_is_null (row, 4) ? "–" : rows_text (row, 4));
    rows_close (row);
    put_money (draft, "skyldig", open_of (draft->txn, lease));
    put_paid_rows (draft, payment);
    return put_lease (draft, lease, &answer_by, reterr);
}

/* What was late when the demand was made and is still open. */
static void put_owed_rows (draft_t *draft, uint64_t lease, int32_t day)
{
    rows_t *rows = txn_query (draft->txn,
                              "SELECT kind, from_day, due_day, open_ore FROM charge WHERE lease = $1 AND open_ore > 0"
                              " AND timely_until < $2 ORDER BY due_day, id LIMIT $3",
                              lease, day, LIST_MAX);
    while (rows_next (rows)) {
        letter_next_row (draft);
        letter_put_in_row (draft, "post",
                           charge_text (draft->txn, (int) rows_int (rows, 0), (int32_t) rows_int (rows, 1)));
        put_row_day (draft, "forfald", (int32_t) rows_int (rows, 2));
        put_row_money (draft, "skyldig", rows_int (rows, 3));
    }
}

status_t letter_about_demand (draft_t *draft, uint64_t demand, int32_t month, fault_t *reterr)
{
    (void) month;
    int64_t answer_by;
    rows_t *row = txn_row (draft->txn, "SELECT lease, day, deadline_day, amount_ore FROM demand WHERE id = $1", demand);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_DEMAND_UNKNOWN", "there is no demand {demand=%" PRIu64 "}",
                      demand);
    uint64_t lease = rows_uint (row, 0);
    int32_t day = (int32_t) rows_int (row, 1);
    letter_put_number (draft, "krav", demand);
    put_day (draft, "dato", day, ""); /* a letter that is printed again is dated as it was sent */
    put_day (draft, "krævet", day, "");
    put_day (draft, "frist", (int32_t) rows_int (row, 2), "");
    put_money (draft, "beløb", rows_int (row, 3));
    rows_close (row);
    put_owed_rows (draft, lease, day);
    return put_lease (draft, lease, &answer_by, reterr);
}

/* --- the waiting list --- */

status_t letter_about_entry (draft_t *draft, uint64_t entry, int32_t month, fault_t *reterr)
{
    (void) month;
    txn_t *txn = draft->txn;
    waitlist_rule_t rule;
    Lease__GetPositionRequest asked = LEASE__GET_POSITION_REQUEST__INIT;
    Lease__GetPositionReply place = LEASE__GET_POSITION_REPLY__INIT;
    asked.entry = entry;
    status_t status = lease_get_position (txn, &asked, &place, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *row = txn_row (txn,
                           "SELECT tenant.name, tenant.cvr, entry.since_day FROM waitlist_entry AS entry"
                           " JOIN tenant ON tenant.id = entry.tenant WHERE entry.id = $1",
                           entry);
    letter_put (draft, "lejer", row ? rows_text (row, 0) : "");
    letter_put (draft, "cvr", row ? rows_text (row, 1) : "");
    put_day (draft, "siden", row ? (int32_t) rows_int (row, 2) : 0, "");
    if (row)
        rows_close (row);
    put_house (draft);
    letter_put_number (draft, "antal", place.desks);
    letter_put (draft, "kontorpladser", desks_text (txn, place.desks));
    letter_put_number (draft, "nummer", place.position);
    letter_put_number (draft, "i_alt", place.in_line);
    letter_put_number (draft, "opskrivning", entry);
    letter_put (draft, "begrundelse", place.why);
    waitlist_rule (txn, &rule);
    letter_put (draft, "regel", waitlist_rule_text (txn, &rule));
    return STATUS_OK;
}

status_t letter_waitlist (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr)
{
    (void) about;
    (void) month;
    Lease__ListWaitlistRequest asked = LEASE__LIST_WAITLIST_REQUEST__INIT;
    Lease__ListWaitlistReply list = LEASE__LIST_WAITLIST_REPLY__INIT;
    status_t status = lease_list_waitlist (draft->txn, &asked, &list, reterr);
    if (status != STATUS_OK)
        return status;
    put_house (draft);
    letter_put_number (draft, "i_alt", list.n_entries);
    letter_put (draft, "regel", list.rule);
    for (size_t i = 0; i < list.n_entries; i++) {
        const Lease__WaitlistEntry *entry = list.entries[i];
        letter_next_row (draft);
        put_row_number (draft, "nummer", entry->position);
        letter_put_in_row (draft, "lejer", entry->tenant_name);
        put_row_number (draft, "antal", entry->desks);
        letter_put_in_row (draft, "kontorpladser", desks_text (draft->txn, entry->desks));
        put_row_day (draft, "siden", entry->since_day);
        letter_put_in_row (draft, "begrundelse", entry->why);
    }
    return STATUS_OK;
}

/* --- lists of rent --- */

status_t letter_arrears (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr)
{
    (void) about;
    (void) month;
    Lease__ListArrearsRequest asked = LEASE__LIST_ARREARS_REQUEST__INIT;
    Lease__ListArrearsReply list = LEASE__LIST_ARREARS_REPLY__INIT;
    status_t status = lease_list_arrears (draft->txn, &asked, &list, reterr);
    int64_t sum_ore = 0;
    for (size_t i = 0; i < list.n_arrears; i++) {
        const Lease__Arrears *one = list.arrears[i];
        letter_next_row (draft);
        letter_put_in_row (draft, "lejer", one->tenant_name);
        put_row_number (draft, "lejemål", one->lease);
        put_row_day (draft, "forfald", one->due_day);
        put_row_money (draft, "skyldig", one->overdue_ore);
        put_row_day (draft, "påkrav", one->demanded_day);
        put_row_day (draft, "frist", one->deadline_day);
        sum_ore += one->overdue_ore;
    }
    put_house (draft);
    put_money (draft, "i_alt", sum_ore);
    return status;
}

static void put_charge_row (draft_t *draft, const Lease__Charge *charge)
{
    char from[DANISH_DAY_SIZE], last[DANISH_DAY_SIZE];
    letter_next_row (draft);
    letter_put_in_row (draft, "lejer", charge->tenant_name);
    put_row_number (draft, "lejemål", charge->lease);
    letter_put_in_row (
        draft, "periode",
        txn_format (draft->txn, "%s – %s", danish_day (charge->from_day, from), danish_day (charge->last_day, last)));
    put_row_money (draft, "leje", charge->amount_ore);
    put_row_money (draft, "aconto", charge->costs_ore);
    put_row_money (draft, "moms", charge->vat_ore);
    put_row_day (draft, "forfald", charge->due_day);
    put_row_money (draft, "skyldig", charge->open_ore);
}

status_t letter_rents (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr)
{
    (void) about;
    char text[DANISH_MONTH_SIZE];
    Lease__ListChargesRequest asked = LEASE__LIST_CHARGES_REQUEST__INIT;
    Lease__ListChargesReply list = LEASE__LIST_CHARGES_REPLY__INIT;
    asked.month = month ? month : month_of_day (txn_today (draft->txn));
    status_t status = lease_list_charges (draft->txn, &asked, &list, reterr);
    int64_t sum_ore = 0;
    for (size_t i = 0; i < list.n_charges; i++) {
        put_charge_row (draft, list.charges[i]);
        sum_ore += list.charges[i]->amount_ore + list.charges[i]->costs_ore + list.charges[i]->vat_ore;
    }
    put_house (draft);
    letter_put (draft, "måned", danish_month (asked.month, text));
    put_money (draft, "i_alt", sum_ore);
    return status;
}
