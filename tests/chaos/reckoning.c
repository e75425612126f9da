/* The steering group's budget, and TMF's ledger: one chain of amounts, each of which says what it replaced. */
#include "actor.h"

#include "base/time.h"
#include "contract/reporting.contract.h"

enum { BUDGET_ORE = 50000000 };

static char ACTIVITY[] = "rent", WORD[] = "chaos";

static void load_budget_line (actor_t *self)
{
    Reporting__LoadBudgetLineRequest request = REPORTING__LOAD_BUDGET_LINE_REQUEST__INIT;
    request.administration = REPORTING__ADMINISTRATION__TMF;
    request.activity = ACTIVITY;
    request.year = day_to_civil (self->house->today).year;
    request.amount_ore = BUDGET_ORE + (int64_t) actor_chance (self, BUDGET_ORE);
    request.price_level = request.committee = request.appropriation = request.title = request.title_en = WORD;
    request.source = request.confidence = WORD;
    (void) actor_do (self, "reporting", REPORTING_LOAD_BUDGET_LINE, &request.base);
}

static bool furnish_budget (actor_t *self, house_t *house)
{
    (void) house;
    load_budget_line (self);
    return witness_at (self->witness, 0)->status == STATUS_OK;
}

static void post_actual (actor_t *self)
{
    Reporting__PostActualRequest request = REPORTING__POST_ACTUAL_REQUEST__INIT;
    request.administration = REPORTING__ADMINISTRATION__TMF;
    request.activity = ACTIVITY;
    request.month = month_of_day (self->house->today);
    request.amount_ore = ++self->posted;
    (void) actor_do (self, "reporting", REPORTING_POST_ACTUAL, &request.base);
}

static const habit_t STEERING_HABITS[] = { { 1, load_budget_line }, { 0, NULL } };
const role_t STEERING = { "steering-desk", furnish_budget, STEERING_HABITS };

static const habit_t BOOKKEEPING_HABITS[] = { { 1, post_actual }, { 0, NULL } };
const role_t BOOKKEEPING = { "tmf-desk", NULL, BOOKKEEPING_HABITS };
