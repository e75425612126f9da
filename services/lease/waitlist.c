/* L6: the waiting list.
 *
 * Who is next follows from the rule in force and from nothing else. An entry is in line until it leaves; while it has
 * an open offer, desks are held for it and nobody else gets them. All that happens is also written to the record, with
 * what the rule asked then. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

_Static_assert((int) CRITERION_SMALLEST_FIT == LEASE__CRITERION__SMALLEST_FIT, "one set of numbers for the criteria");

enum { OFFERS_PER_ROUND = 32 /* one transaction takes 64 events; what is left is offered in the next */ };

typedef struct {
    uint64_t id;
    uint64_t tenant;
    bool has_left;
} entry_t;

/* With the premises that its desks stand in. */
typedef struct {
    uint64_t id;
    uint32_t desks;
    int32_t made_day;
    uint64_t premises;
} offer_t;

static status_t find_entry (txn_t *txn, uint64_t id, entry_t *ret_entry, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT tenant, has_left FROM waitlist_entry WHERE id = $1", id);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_ENTRY_UNKNOWN",
                      "there is no entry {entry=%" PRIu64 "} on the waiting list", id);
    *ret_entry = (entry_t){ .id = id, .tenant = rows_uint (row, 0), .has_left = rows_int (row, 1) != 0 };
    rows_close (row);
    return STATUS_OK;
}

static bool find_open_offer (txn_t *txn, uint64_t entry, offer_t *ret_offer)
{
    rows_t *row =
        txn_row (txn,
                 "SELECT offer.id, offer.desks, offer.made_day, min (desk.premises) FROM waitlist_offer AS offer"
                 " JOIN desk_hold ON desk_hold.offer = offer.id JOIN desk ON desk.id = desk_hold.desk"
                 " WHERE offer.entry = $1 AND offer.state = 1 GROUP BY offer.id, offer.desks, offer.made_day",
                 entry);
    if (!row)
        return false;
    *ret_offer = (offer_t){
        .id = rows_uint (row, 0),
        .desks = (uint32_t) rows_uint (row, 1),
        .made_day = (int32_t) rows_int (row, 2),
        .premises = rows_uint (row, 3),
    };
    rows_close (row);
    return true;
}

static status_t find_offered_entry (txn_t *txn, uint64_t id, entry_t *ret_entry, offer_t *ret_offer, fault_t *reterr)
{
    status_t status = find_entry (txn, id, ret_entry, reterr);
    if (status != STATUS_OK)
        return status;
    if (!find_open_offer (txn, id, ret_offer))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NO_OFFER",
                      "entry {entry=%" PRIu64 "} has no open offer", id);
    return STATUS_OK;
}

/* --- the rule --- */

void waitlist_rule (txn_t *txn, waitlist_rule_t *ret_rule)
{
    rows_t *row =
        txn_row (txn, "SELECT id, first, second, third, offer_days FROM waitlist_rule ORDER BY id DESC LIMIT 1");
    *ret_rule = (waitlist_rule_t){ .offer_days = 1 };
    if (!row)
        return;
    ret_rule->id = rows_uint (row, 0);
    for (int i = 0; i < CRITERIA_MAX; i++)
        ret_rule->criteria[i] = (criterion_t) rows_int (row, i + 1);
    ret_rule->offer_days = (uint32_t) rows_uint (row, 4);
    rows_close (row);
}

char *waitlist_rule_text (txn_t *txn, const waitlist_rule_t *rule)
{
    owned_buffer text = BUFFER (RULE_TEXT_MAX);
    waitlist_publish (rule, &text);
    return txn_text (txn, buffer_text (&text));
}

/* As waitlist_rules.c compares: lower is before. */
#define KEY(criterion, since_day, lapses, hours, desks)                                                                \
    "CASE " criterion " WHEN 1 THEN " since_day " WHEN 2 THEN " lapses " * 100000 - " hours " WHEN 3 THEN " lapses     \
    " * 100000 - " desks " WHEN 4 THEN " lapses " * 100000 + " desks " ELSE 0 END"
/* $1 to $3 are the criteria. */
#define KEYS(...) KEY ("$1", __VA_ARGS__) ", " KEY ("$2", __VA_ARGS__) ", " KEY ("$3", __VA_ARGS__)
#define OWN_KEYS KEYS ("since_day", "lapses", "hours", "desks")
#define SET_KEYS "UPDATE waitlist_entry SET (key1, key2, key3) = (" OWN_KEYS ") WHERE has_left = 0"

static void place (txn_t *txn, const waitlist_rule_t *rule, uint64_t entry)
{
    const criterion_t *criteria = rule->criteria;
    (void) txn_run (txn, SET_KEYS " AND id = $4", (int) criteria[0], (int) criteria[1], (int) criteria[2], entry);
    line_enter (txn, entry);
}

static void place_all (txn_t *txn, const waitlist_rule_t *rule)
{
    const criterion_t *criteria = rule->criteria;
    (void) txn_run (txn, SET_KEYS, (int) criteria[0], (int) criteria[1], (int) criteria[2]);
    line_sort (txn);
}

static status_t read_rule (const Lease__SetWaitlistRuleRequest *request, waitlist_rule_t *ret_rule, fault_t *reterr)
{
    *ret_rule = (waitlist_rule_t){ .offer_days = request->offer_days };
    for (size_t i = 0; i < request->n_criteria; i++) {
        for (size_t k = 0; k < i; k++)
            if (request->criteria[i] == request->criteria[k])
                return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_CRITERION_REPEATED",
                              "each criterion is asked once");
        ret_rule->criteria[i] = (criterion_t) request->criteria[i];
    }
    return STATUS_OK;
}

status_t lease_set_waitlist_rule (txn_t *txn, const Lease__SetWaitlistRuleRequest *request,
                                  Lease__SetWaitlistRuleReply *reply, fault_t *reterr)
{
    waitlist_rule_t rule;
    status_t status = read_rule (request, &rule, reterr);
    if (status != STATUS_OK)
        return status;
    rule.id = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO waitlist_rule (id, set_at, first, second, third, offer_days, reason)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    rule.id, txn_now (txn), (int) rule.criteria[0], (int) rule.criteria[1], (int) rule.criteria[2],
                    rule.offer_days, request->reason);
    place_all (txn, &rule);
    waitlist_record (txn, &(waitlist_fact_t){ .what = FACT_RULE, .rule = rule.id });
    Lease__WaitlistRuleSet set = LEASE__WAITLIST_RULE_SET__INIT;
    set.rule = rule.id;
    txn_emit (txn, &set.base);
    reply->rule = rule.id;
    reply->text = waitlist_rule_text (txn, &rule);
    return STATUS_OK;
}

/* --- joining and leaving --- */

static void write_entry (txn_t *txn, const Lease__JoinWaitlistRequest *request, uint64_t entry)
{
    waitlist_rule_t rule;
    int32_t since_day = day_or (request->joined_day, txn_today (txn));
    waitlist_rule (txn, &rule);
    (void) txn_run (txn,
                    "INSERT INTO waitlist_entry (id, tenant, desks, since_day, turn, hours, lapses, key1, key2, key3,"
                    " has_offer, has_left) VALUES ($4, $5, $6, $7, $4, $8, 0, " KEYS ("$7", "0", "$8", "$6") ", 0, 0)",
                    (int) rule.criteria[0], (int) rule.criteria[1], (int) rule.criteria[2], entry, request->tenant,
                    request->desks, since_day, request->hours_per_week);
    line_enter (txn, entry);
    waitlist_record (txn, &(waitlist_fact_t){ .what = FACT_JOINED, .entry = entry, .since_day = since_day });
}

status_t lease_join_waitlist (txn_t *txn, const Lease__JoinWaitlistRequest *request, Lease__JoinWaitlistReply *reply,
                              fault_t *reterr)
{
    status_t status = tenant_find (txn, request->tenant, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *known = txn_row (txn, "SELECT id FROM waitlist_entry WHERE tenant = $1 AND has_left = 0", request->tenant);
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_ALREADY_WAITING",
                      "the tenant waits with entry {entry=%" PRIu64 "}", rows_uint (known, 0));
    reply->entry = txn_new_id (txn);
    write_entry (txn, request, reply->entry);
    reply->position = line_position (txn, reply->entry);
    Lease__WaitlistJoined joined = LEASE__WAITLIST_JOINED__INIT;
    joined.entry = reply->entry;
    joined.tenant = request->tenant;
    joined.desks = request->desks;
    txn_emit (txn, &joined.base);
    return STATUS_OK;
}

static void leave (txn_t *txn, uint64_t entry, Lease__WaitlistOutcome outcome)
{
    line_leave (txn, entry);
    (void) txn_run (txn, "UPDATE waitlist_entry SET has_left = 1 WHERE id = $1", entry);
    Lease__WaitlistLeft left = LEASE__WAITLIST_LEFT__INIT;
    left.entry = entry;
    left.outcome = outcome;
    txn_emit (txn, &left.base);
}

/* --- offering --- */

static uint64_t make_offer (txn_t *txn, uint64_t entry, const desk_set_t *set, size_t free, int64_t expires_at)
{
    uint64_t offer = txn_new_id (txn);
    period_t period = { .from_day = txn_today (txn) };
    (void) txn_run (txn,
                    "INSERT INTO waitlist_offer (id, entry, desks, made_day, made_at, expires_at, state, reason)"
                    " VALUES ($1, $2, $3, $4, $5, $6, 1, '')",
                    offer, entry, set->count, period.from_day, txn_now (txn), expires_at);
    (void) txn_run (txn, "UPDATE waitlist_entry SET has_offer = 1 WHERE id = $1", entry);
    waitlist_record (
        txn, &(waitlist_fact_t){ .what = FACT_OFFERED, .entry = entry, .offer = offer, .free = (uint32_t) free });
    desks_hold_for_offer (txn, set, offer, period);
    counts_offer (txn, set->premises, period.from_day, (int64_t) set->count);
    txn_at (txn, expires_at, TIMER_OFFER_EXPIRES, offer);
    Lease__WaitlistOffered offered = LEASE__WAITLIST_OFFERED__INIT;
    offered.entry = entry;
    offered.expires_at = expires_at;
    txn_emit (txn, &offered.base);
    return offer;
}

/* To the first in line whose desks are free together. Gives the offer, or 0 when there is nobody to offer anything. */
static uint64_t offer_to_next (txn_t *txn, int64_t expires_at)
{
    uint64_t premises = 0, entry = 0;
    size_t count = 0, most = desks_most_free (txn, txn_today (txn), &premises);
    if (!line_next (txn, most, &entry, &count))
        return 0;
    desk_set_t set;
    if (!desks_free (txn, premises, count, (period_t){ .from_day = txn_today (txn) }, &set))
        return 0;
    return make_offer (txn, entry, &set, most, expires_at);
}

uint32_t waitlist_offer_free_desks (txn_t *txn, int64_t expires_at)
{
    waitlist_rule_t rule;
    waitlist_rule (txn, &rule);
    int64_t deadline = expires_at ? expires_at : txn_now (txn) + (int64_t) rule.offer_days * MS_PER_DAY;
    for (uint32_t offers = 0; offers < OFFERS_PER_ROUND; offers++) {
        uint64_t offer = offer_to_next (txn, deadline);
        if (!offer)
            return offers;
        if (offers == OFFERS_PER_ROUND - 1)
            txn_at (txn, txn_now (txn), TIMER_MORE_TO_OFFER, offer);
    }
    return OFFERS_PER_ROUND;
}

/* Under the deadline of the offer that was the last to find room in its transaction. */
status_t waitlist_on_more_to_offer (txn_t *txn, uint64_t last_offer, fault_t *reterr)
{
    (void) reterr;
    rows_t *row = txn_row (txn, "SELECT expires_at FROM waitlist_offer WHERE id = $1", last_offer);
    (void) waitlist_offer_free_desks (txn, row ? rows_int (row, 0) : 0);
    return STATUS_OK;
}

status_t lease_offer_free_desks (txn_t *txn, const Lease__OfferFreeDesksRequest *request,
                                 Lease__OfferFreeDesksReply *reply, fault_t *reterr)
{
    if (request->expires_at && request->expires_at <= txn_now (txn))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_ANSWER_BY_PAST", "the time to answer is over already");
    reply->offers = waitlist_offer_free_desks (txn, request->expires_at);
    return STATUS_OK;
}

/* --- what becomes of an offer --- */

static void close_offer (txn_t *txn, const offer_t *offer, Lease__OfferState state, const char *reason, uint64_t lease)
{
    txn_cancel (txn, TIMER_OFFER_EXPIRES, offer->id);
    counts_offer (txn, offer->premises, offer->made_day, -(int64_t) offer->desks);
    (void) txn_run (txn,
                    "UPDATE waitlist_entry SET has_offer = 0 WHERE id = (SELECT entry FROM waitlist_offer"
                    " WHERE id = $1)",
                    offer->id);
    (void) txn_run (txn, "UPDATE waitlist_offer SET state = $2, reason = $3, lease = $4 WHERE id = $1", offer->id,
                    (int) state, reason, number_or_null ((int64_t) lease));
}

/* The desks are free again, for whoever is next. */
static void pass_on (txn_t *txn, uint64_t offer)
{
    desks_let_go_of_offer (txn, offer);
    (void) waitlist_offer_free_desks (txn, 0);
}

status_t lease_accept_waitlist_offer (txn_t *txn, const Lease__AcceptWaitlistOfferRequest *request,
                                      Lease__AcceptWaitlistOfferReply *reply, fault_t *reterr)
{
    entry_t entry;
    offer_t offer;
    premises_t premises;
    int32_t from_day = day_or (request->from_day, txn_today (txn));
    status_t status = find_offered_entry (txn, request->entry, &entry, &offer, reterr);
    if (status == STATUS_OK)
        status = premises_find (txn, offer.premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    if (from_day < offer.made_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_BEFORE_OFFER",
                      "the desks are kept from the day of the offer");
    terms_t terms = {
        .tenant = entry.tenant,
        .desks = offer.desks,
        .period = { .from_day = from_day },
    };
    reply->lease = lease_draw_up (txn, &terms, &premises);
    desks_pass_to_lease (txn, offer.id, reply->lease, from_day);
    close_offer (txn, &offer, LEASE__OFFER_STATE__OFFER_ACCEPTED, "", reply->lease);
    waitlist_record (txn, &(waitlist_fact_t){ .what = FACT_ACCEPTED, .entry = entry.id, .offer = offer.id });
    leave (txn, entry.id, LEASE__WAITLIST_OUTCOME__WAITLIST_ACCEPTED);
    return STATUS_OK;
}

status_t lease_refuse_waitlist_offer (txn_t *txn, const Lease__RefuseWaitlistOfferRequest *request,
                                      Lease__RefuseWaitlistOfferReply *reply, fault_t *reterr)
{
    (void) reply;
    entry_t entry;
    offer_t offer;
    status_t status = find_offered_entry (txn, request->entry, &entry, &offer, reterr);
    if (status != STATUS_OK)
        return status;
    close_offer (txn, &offer, LEASE__OFFER_STATE__OFFER_REFUSED, request->reason, 0);
    waitlist_record (txn, &(waitlist_fact_t){ .what = FACT_REFUSED, .entry = entry.id, .offer = offer.id });
    leave (txn, entry.id, LEASE__WAITLIST_OUTCOME__WAITLIST_REFUSED);
    pass_on (txn, offer.id);
    return STATUS_OK;
}

status_t lease_leave_waitlist (txn_t *txn, const Lease__LeaveWaitlistRequest *request, Lease__LeaveWaitlistReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    entry_t entry;
    offer_t offer;
    status_t status = find_entry (txn, request->entry, &entry, reterr);
    if (status != STATUS_OK)
        return status;
    if (entry.has_left)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOT_WAITING",
                      "entry {entry=%" PRIu64 "} has left the list", entry.id);
    bool offered = find_open_offer (txn, entry.id, &offer);
    leave (txn, entry.id, LEASE__WAITLIST_OUTCOME__WAITLIST_WITHDRAWN);
    waitlist_record (txn,
                     &(waitlist_fact_t){ .what = FACT_WITHDREW, .entry = entry.id, .offer = offered ? offer.id : 0 });
    if (offered) {
        close_offer (txn, &offer, LEASE__OFFER_STATE__OFFER_WITHDRAWN, "", 0);
        pass_on (txn, offer.id);
    }
    return STATUS_OK;
}

/* The entry goes to the end of the line before the desks are offered again. */
status_t waitlist_on_offer_expired (txn_t *txn, uint64_t id, fault_t *reterr)
{
    (void) reterr;
    waitlist_rule_t rule;
    offer_t offer;
    int32_t today = txn_today (txn);
    rows_t *row = txn_row (txn, "SELECT entry FROM waitlist_offer WHERE id = $1", id);
    uint64_t entry = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    if (!find_open_offer (txn, entry, &offer))
        return STATUS_OK;
    line_leave (txn, entry);
    (void) txn_run (txn, "UPDATE waitlist_entry SET since_day = $2, turn = $3, lapses = lapses + 1 WHERE id = $1",
                    entry, today, txn_new_id (txn));
    waitlist_rule (txn, &rule);
    place (txn, &rule, entry);
    close_offer (txn, &offer, LEASE__OFFER_STATE__OFFER_EXPIRED, "", 0);
    waitlist_record (txn, &(waitlist_fact_t){ .what = FACT_EXPIRED, .entry = entry, .offer = id, .since_day = today });
    pass_on (txn, id);
    return STATUS_OK;
}
