/* L8: the house's economy.
 *
 * A month that a finished charge run covers is as charged; a later one is what the leases say that are signed today.
 * Both are kept as sums by month (counts.c, rent.c): the report reads months, and never leases. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"
#include "danish/dates.h"
#include "danish/money.h"
#include "lease/economy_rules.h"

#include <inttypes.h>

enum { MONTHS_MAX = 60, EMPTY_DESKS = 3, PREMISES_MAX = 50, VACANCIES_LISTED = 20 };

typedef struct {
    txn_t *txn;
    house_month_t months[MONTHS_MAX];
    int64_t desks[MONTHS_MAX]; /* on the month's last day */
    size_t count;
    int32_t charged_until; /* the last month that is */
    int64_t empty_desks;
    bool cost_known; /* for at least one month */
} economy_t;

static size_t index_of (const economy_t *self, int32_t month)
{
    return (size_t) (month - self->months[0].month);
}

static int32_t last_day_of (const economy_t *self)
{
    return month_last_day (self->months[self->count - 1].month);
}

/* --- what is put in --- */

status_t lease_set_head_lease (txn_t *txn, const Lease__SetHeadLeaseRequest *request, Lease__SetHeadLeaseReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    premises_t premises;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "INSERT INTO head_lease (premises, from_month, monthly_ore) VALUES ($1, $2, $3)"
                    " ON CONFLICT (premises, from_month) DO UPDATE SET monthly_ore = $3",
                    premises.id, request->from_month, request->monthly_ore);
    return STATUS_OK;
}

status_t lease_set_rent_budget (txn_t *txn, const Lease__SetRentBudgetRequest *request,
                                Lease__SetRentBudgetReply *reply, fault_t *reterr)
{
    (void) reply;
    (void) reterr;
    (void) txn_run (txn,
                    "INSERT INTO rent_budget (year, amount_ore, source) VALUES ($1, $2, $3)"
                    " ON CONFLICT (year) DO UPDATE SET amount_ore = $2, source = $3",
                    request->year, request->amount_ore, request->source);
    return STATUS_OK;
}

/* --- the period --- */

static void programme_years (txn_t *txn, int32_t *ret_from, int32_t *ret_to)
{
    int32_t this_year = day_to_civil (txn_today (txn)).year;
    rows_t *row =
        txn_row (txn, "SELECT coalesce (min (year), $1), coalesce (max (year), $1) FROM rent_budget", this_year);
    *ret_from = 12 * (row ? (int32_t) rows_int (row, 0) : this_year);
    *ret_to = 12 * (row ? (int32_t) rows_int (row, 1) : this_year) + 11;
    if (row)
        rows_close (row);
}

static status_t open_period (economy_t *self, const Lease__GetEconomyRequest *request, fault_t *reterr)
{
    int32_t from, to;
    programme_years (self->txn, &from, &to);
    from = request->from_month ? request->from_month : from;
    to = request->to_month ? request->to_month : to;
    if (to < from || to - from >= MONTHS_MAX)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_PERIOD", "a period has one to {most=%d} months",
                      MONTHS_MAX);
    self->count = (size_t) (to - from + 1);
    for (size_t i = 0; i < self->count; i++)
        self->months[i].month = from + (int32_t) i;
    rows_t *row = txn_row (self->txn, "SELECT coalesce (max (month), 0) FROM charge_run WHERE done_at IS NOT NULL");
    self->charged_until = row ? (int32_t) rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return STATUS_OK;
}

/* --- the months of one house --- */

static int32_t later (int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t earlier (int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void add_counted (economy_t *self, uint64_t premises)
{
    counted_month_t months[MONTHS_MAX] = { 0 };
    for (size_t i = 0; i < self->count; i++)
        months[i].month = self->months[i].month;
    counts_months (self->txn, premises, months, self->count);
    for (size_t i = 0; i < self->count; i++) {
        self->desks[i] += months[i].desks;
        self->months[i].desk_days += months[i].desk_days;
        self->months[i].let_days += months[i].let_days;
        if (months[i].month > self->charged_until)
            self->months[i].rent_ore += months[i].rent_ore;
    }
}

static void add_charged (economy_t *self, uint64_t premises)
{
    rows_t *rows =
        txn_query (self->txn, "SELECT month, rent_ore FROM rent_month WHERE premises = $1 AND month BETWEEN $2 AND $3",
                   premises, self->months[0].month, earlier (self->charged_until, self->months[self->count - 1].month));
    while (rows_next (rows))
        self->months[index_of (self, (int32_t) rows_int (rows, 0))].rent_ore += rows_int (rows, 1);
}

static void add_cost (economy_t *self, uint64_t premises)
{
    rows_t *rows = txn_query (
        self->txn, "SELECT from_month, monthly_ore FROM head_lease WHERE premises = $1 ORDER BY from_month", premises);
    int64_t costs[MONTHS_MAX] = { 0 };
    while (rows_next (rows)) {
        int32_t from = later ((int32_t) rows_int (rows, 0), self->months[0].month);
        for (size_t i = index_of (self, from); i < self->count; i++)
            costs[i] = rows_int (rows, 1);
        self->cost_known = true;
    }
    for (size_t i = 0; i < self->count; i++)
        self->months[i].cost_ore += costs[i];
}

static void add_premises (economy_t *self, uint64_t premises)
{
    add_counted (self, premises);
    add_charged (self, premises);
    add_cost (self, premises);
}

static status_t add_asked (economy_t *self, uint64_t asked, fault_t *reterr)
{
    premises_t premises;
    uint64_t all[PREMISES_MAX];
    size_t count = 0;
    if (asked) {
        status_t status = premises_find (self->txn, asked, &premises, reterr);
        if (status == STATUS_OK)
            add_premises (self, asked);
        return status;
    }
    rows_t *rows = txn_query (self->txn, "SELECT id FROM premises ORDER BY id LIMIT $1", PREMISES_MAX);
    while (rows_next (rows))
        all[count++] = rows_uint (rows, 0);
    for (size_t i = 0; i < count; i++)
        add_premises (self, all[i]);
    return STATUS_OK;
}

/* --- the reply --- */

static void list_months (const economy_t *self, Lease__GetEconomyReply *reply)
{
    for (size_t i = 0; i < self->count; i++) {
        const house_month_t *month = &self->months[i];
        Lease__EconomyMonth *one = txn_add (self->txn, reply->months, reply->n_months, lease__economy_month);
        one->month = month->month;
        one->charged = month->month <= self->charged_until;
        one->desks = (uint32_t) self->desks[i];
        one->let_permille = month->desk_days ? (uint32_t) (1000 * month->let_days / month->desk_days) : 0;
        one->rent_ore = month->rent_ore;
        one->cost_ore = month->cost_ore;
        one->balance_ore = month->rent_ore - month->cost_ore;
        one->break_even_desks = (uint32_t) break_even_desks (month);
        one->with_empty_ore = balance_with_empty (month, self->empty_desks);
    }
}

static void list_years (const economy_t *self, Lease__GetEconomyReply *reply)
{
    Lease__EconomyYear *year = NULL;
    for (size_t i = 0; i < self->count; i++) {
        uint32_t number = (uint32_t) (self->months[i].month / 12);
        if (!year || year->year != number) {
            year = txn_add (self->txn, reply->years, reply->n_years, lease__economy_year);
            year->year = number;
        }
        year->rent_ore += self->months[i].rent_ore;
        year->cost_ore += self->months[i].cost_ore;
    }
    for (size_t i = 0; i < reply->n_years; i++) {
        year = reply->years[i];
        rows_t *row = txn_row (self->txn, "SELECT amount_ore FROM rent_budget WHERE year = $1", year->year);
        year->has_budget = row != NULL;
        year->budget_ore = row ? rows_int (row, 0) : 0;
        year->left_ore = year->budget_ore + year->rent_ore - year->cost_ore;
        if (row)
            rows_close (row);
    }
}

static void list_vacancies (const economy_t *self, uint64_t premises, Lease__GetEconomyReply *reply)
{
    rows_t *rows = txn_query (self->txn,
                              "SELECT day, sum (desks_left) FROM house_day WHERE desks_left > 0 AND day > $1"
                              " AND day <= $2 AND ($3 = 0 OR premises = $3) GROUP BY day ORDER BY day LIMIT $4",
                              txn_today (self->txn), last_day_of (self) + 1, premises, VACANCIES_LISTED);
    while (rows_next (rows)) {
        Lease__Vacancy *vacancy = txn_add (self->txn, reply->vacancies, reply->n_vacancies, lease__vacancy);
        vacancy->from_day = (int32_t) rows_int (rows, 0);
        vacancy->desks = (uint32_t) rows_uint (rows, 1);
    }
}

/* --- in words --- */

static void find (const economy_t *self, Lease__GetEconomyReply *reply, char *finding)
{
    (void) txn_add_text (self->txn, reply->findings, reply->n_findings, finding);
}

static void say_when (const economy_t *self, Lease__GetEconomyReply *reply)
{
    txn_t *txn = self->txn;
    char month[DANISH_MONTH_SIZE];
    if (reply->self_supporting_from)
        find (self, reply,
              txn_format (txn, "Huset løber rundt af sig selv fra %s.",
                          danish_month (reply->self_supporting_from, month)));
    else
        find (self, reply, txn_text (txn, "Huset løber ikke rundt af sig selv i perioden."));
    if (reply->with_empty_from)
        find (self, reply,
              txn_format (txn, "Står yderligere %" PRId64 " pladser tomme, løber det rundt fra %s.", self->empty_desks,
                          danish_month (reply->with_empty_from, month)));
    else
        find (self, reply,
              txn_format (txn, "Står yderligere %" PRId64 " pladser tomme, løber det ikke rundt i perioden.",
                          self->empty_desks));
}

/* At the last month in which anything is let: what is known of the rent of a desk is newest there. */
static void say_how_full (const economy_t *self, Lease__GetEconomyReply *reply)
{
    size_t at = self->count;
    while (at > 0 && self->months[at - 1].let_days == 0)
        at--;
    if (at == 0) {
        find (self, reply,
              txn_text (self->txn, "Ingen pladser er udlejet, så det kan ikke siges, hvor mange der skal til."));
        return;
    }
    const house_month_t *month = &self->months[at - 1];
    char rent[MONEY_TEXT_SIZE], cost[MONEY_TEXT_SIZE], name[DANISH_MONTH_SIZE];
    int64_t needed = break_even_desks (month), desks = self->desks[at - 1];
    int64_t percent = desks ? (100 * needed + desks - 1) / desks : 0;
    find (self, reply,
          txn_format (self->txn,
                      "Det kræver %" PRId64 " af %" PRId64 " pladser udlejet (%" PRId64 " %%) ved %s pr. plads og en "
                      "udgift på %s om måneden (%s).",
                      needed, desks, percent, money_text (rent_of_a_desk (month), rent),
                      money_text (month->cost_ore, cost), danish_month (month->month, name)));
    if (needed > desks)
        find (self, reply, txn_text (self->txn, "Det er flere pladser, end huset har: lejen pr. plads er for lav."));
}

/* TM157 grants rent for 2026 alone: "indtil det løber rundt selv". */
static void say_budget (const economy_t *self, Lease__GetEconomyReply *reply)
{
    char left[MONEY_TEXT_SIZE], granted[MONEY_TEXT_SIZE];
    for (size_t i = 0; i < reply->n_years && reply->n_findings < 11; i++) {
        const Lease__EconomyYear *year = reply->years[i];
        const char *ending = year->left_ore < 0 ? "Der mangler" : "Til rest er";
        int64_t size_ore = year->left_ore < 0 ? -year->left_ore : year->left_ore;
        const char *grant = !year->has_budget       ? "der kendes intet budget til husleje"
                            : year->budget_ore == 0 ? "budgettet har intet til husleje"
                                                    : txn_format (self->txn, "budgettet har %s til husleje",
                                                                  money_text_whole (year->budget_ore, granted));
        find (self, reply,
              txn_format (self->txn, "%" PRIu32 ": %s. %s %s", year->year, grant, ending,
                          money_text_whole (size_ore, left)));
    }
}

status_t lease_get_economy (txn_t *txn, const Lease__GetEconomyRequest *request, Lease__GetEconomyReply *reply,
                            fault_t *reterr)
{
    economy_t *self = txn_alloc (txn, sizeof *self);
    self->txn = txn;
    self->empty_desks = request->empty_desks ? request->empty_desks : EMPTY_DESKS;
    status_t status = open_period (self, request, reterr);
    if (status == STATUS_OK)
        status = add_asked (self, request->premises, reterr);
    if (status != STATUS_OK)
        return status;
    list_months (self, reply);
    list_years (self, reply);
    list_vacancies (self, request->premises, reply);
    if (!self->cost_known) {
        find (self, reply,
              txn_text (txn, "Det er ikke oplyst, hvad huset selv betaler for lokalerne (fyr lease head-lease)."));
        say_budget (self, reply);
        return STATUS_OK;
    }
    size_t from = self_supporting_from (self->months, self->count, 0);
    size_t with_empty = self_supporting_from (self->months, self->count, self->empty_desks);
    reply->self_supporting_from = from < self->count ? self->months[from].month : 0;
    reply->with_empty_from = with_empty < self->count ? self->months[with_empty].month : 0;
    say_when (self, reply);
    say_how_full (self, reply);
    say_budget (self, reply);
    return STATUS_OK;
}
