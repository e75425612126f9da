#include "plans.h"

#include <criterion/criterion.h>
#include <string.h>

/* Tables that stay small for as long as the house stands: a row for each house, year, file, rule or decision. */
static const char *const SMALL[] = {
    "premises",     "rent_budget", "waitlist_rule", "rule_file",     "charge_run",     "settlement",  "opening",
    "SCAN site",    "site_search", "site_weight",   "SCAN decision", "waitlist_piece", /* one for 64 and more in line */
    "CONSTANT ROW", "travel_file", "budget_line",   "SCAN district", "SCAN phase",     "SCAN target", "SCAN b",
};

/* Indexes that hold what is under way and nothing that is over, or what is listed in their order, a page at a time. */
static const char *const IN_ORDER[] = {
    "waitlist_line",   "waitlist_once",  "waitlist_open_offer", "waitlist_by_wish",   "lease_running",
    "lease_to_charge", "charge_late",    "charge_run_open",     "replay_open",        "demand_run_open",
    "meeting_day",     "tenant_returns", "task_closed",         "initiative_running", "initiative_concluded",
};

/* Names of what a statement has found already and goes through again. */
static const char *const FOUND[] = {
    "SCAN (subquery", "SCAN free", "SCAN held", "SCAN change", "SCAN gap", "SCAN line", "SCAN each",
};

/* What is meant to go through everything, and says so in its service's README. */
static const char *const OF_ALL[] = { "row_number () OVER" };

/* What sorts the few rows it has found: of one lease, one room, one citizen. A run that sorted all leases to take the
 * first once took minutes where it should take none. */
static const char *const SORTED[] = {
    "FROM desk_hold JOIN desk",
    "row_number () OVER",
    "FROM credit_part AS part",
    "AS most FROM premises",
    "AND series IS NULL UNION ALL",
    "FROM booking_series WHERE room",
    "FROM decision WHERE proposal = $1",
    "proposal.citizen = $3",
    "FROM pair WHERE citizen = $1",
    "FROM placement LEFT JOIN candidate ON candidate.citizen = placement.citizen WHERE position = $1",
    "FROM budget_line",
};

/* What passes over rows of few: of one tenant, client, candidate or position; what is open, lent or lost; guides. */
static const char *const FILTERED[] = {
    "lease.tenant = $4",
    "task.closed_day IS NULL",
    "task.owner = $2",
    "loan.returned_day IS NULL",
    "FROM room WHERE seats",
    "client = $3",
    "proposal.citizen = $3",
    "pair.citizen = $3",
    "position = $3",
    "room_note <> 0",
    "SELECT id, name FROM guide",
    "WHERE citizen = $1",
    "FROM weights WHERE",
    "FROM house_day",
};

static bool among (const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr (text, list[i]))
            return true;
    return false;
}

#define AMONG(text, list) among ((text), (list), sizeof (list) / sizeof (list)[0])

/* The engine's tables have their own tests. */
static bool of_the_service (const char *sql)
{
    static const char *const ENGINE[] = { "journal", "FROM node", "UPDATE node", "INTO node",  " call",
                                          " timer",  " job",      " feed",       "quarantine", " life",
                                          "schema_", "PRAGMA",    "BEGIN",       "COMMIT",     "SAVEPOINT" };
    return !AMONG (sql, ENGINE);
}

/* "(a = $1 OR $1 = 0)": no plan shows how many rows are passed over for it. */
static bool passes_over (const char *sql)
{
    return (strstr (sql, "= 0 OR ") || strstr (sql, "= '' OR ") || strstr (sql, " OR $")) && !AMONG (sql, FILTERED);
}

typedef struct {
    size_t statements, wrong;
    const char *last;
} look_t;

static void complain (look_t *look, const char *what, const char *sql)
{
    look->wrong++;
    cr_log_error ("%s\n    in %s", what, sql);
}

static void look_at (void *context, const char *sql, const char *step)
{
    look_t *look = context;
    if (!of_the_service (sql))
        return;
    if (look->last != sql && passes_over (sql))
        complain (look, "passes over rows", sql);
    look->statements += look->last != sql;
    look->last = sql;
    if (strstr (step, "TEMP B-TREE FOR ORDER BY") && !AMONG (sql, SORTED))
        complain (look, step, sql);
    if (strncmp (step, "SCAN", 4) == 0 && !AMONG (step, SMALL) && !AMONG (step, IN_ORDER) && !AMONG (step, FOUND) &&
        !AMONG (sql, OF_ALL))
        complain (look, step, sql);
}

size_t plans_hold (store_t *store)
{
    look_t look = { 0 };
    store_plans (store, look_at, &look);
    cr_assert_eq (look.wrong, 0, "%zu statements go through what grows", look.wrong);
    return look.statements;
}
