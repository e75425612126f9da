/*
 * P1: positions. One never changes once it is open, so that what was decided about it keeps its meaning; an enterprise
 * that wants it otherwise closes it and opens another.
 */
#include "contract/placement.handlers.h"
#include "placement/placement.h"

/* All of the hours are worked in, so they are not fewer than the minutes a week. */
static status_t check_times (const Placement__OpenPositionRequest *request, week_t *ret_times, fault_t *reterr)
{
    status_t status = times_check (request->times, request->n_times, ret_times, reterr);
    if (status == STATUS_OK && request->n_times > 0 && 60 * week_hours (ret_times) < (int) request->weekly_minutes)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_BAD_TIMES",
                      "the hours are fewer than the minutes a week");
    return status;
}

status_t placement_open_position (txn_t *txn, const Placement__OpenPositionRequest *request,
                                  Placement__OpenPositionReply *reply, fault_t *reterr)
{
    week_t times;
    week_span_t span = { 0 };
    status_t status =
        words_check (request->demands, request->n_demands, request->conditions, request->n_conditions, reterr);
    if (status == STATUS_OK)
        status = check_times (request, &times, reterr);
    if (status != STATUS_OK)
        return status;
    reply->position = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO position (id, cvr, name, title, tasks, weekly_minutes, hourly_wage_ore, openings,"
                    " district, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
                    reply->position, request->cvr, request->name, request->title, request->tasks,
                    request->weekly_minutes, request->hourly_wage_ore, request->openings, request->district);
    for (size_t i = 0; i < request->n_demands; i++)
        (void) txn_run (txn, "INSERT INTO position_demand (position, dimension, level) VALUES ($1, $2, $3)",
                        reply->position, request->demands[i]->dimension, request->demands[i]->level);
    for (size_t i = 0; i < request->n_conditions; i++)
        (void) txn_run (txn, "INSERT INTO position_condition (position, condition) VALUES ($1, $2)", reply->position,
                        request->conditions[i]);
    while (week_next (&times, &span))
        (void) txn_run (txn, "INSERT INTO position_time (position, day, from_hour, until_hour) VALUES ($1, $2, $3, $4)",
                        reply->position, span.day, span.from_hour, span.until_hour);
    Placement__PositionOpened event = PLACEMENT__POSITION_OPENED__INIT;
    event.position = reply->position;
    event.openings = request->openings;
    event.weekly_minutes = request->weekly_minutes;
    event.cvr = request->cvr;
    txn_emit (txn, &event.base);
    return STATUS_OK;
}

status_t placement_close_position (txn_t *txn, const Placement__ClosePositionRequest *request,
                                   Placement__ClosePositionReply *reply, fault_t *reterr)
{
    (void) reply;
    position_t position;
    status_t status = position_read_open (txn, request->position, &position, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "UPDATE position SET closed = 1 WHERE id = $1", request->position);
    Placement__PositionClosed event = PLACEMENT__POSITION_CLOSED__INIT;
    event.position = request->position;
    txn_emit (txn, &event.base);
    return STATUS_OK;
}

/* --- what other rooms read --- */

static void read_words (txn_t *txn, match_position_t *facts)
{
    rows_t *rows =
        txn_query (txn, "SELECT dimension, level FROM position_demand WHERE position = $1 ORDER BY dimension LIMIT $2",
                   facts->position, MATCH_LEVELS_MAX);
    while (rows_next (rows))
        facts->demands[facts->n_demands++] =
            (match_level_t){ txn_text (txn, rows_text (rows, 0)), (int) rows_int (rows, 1) };
    rows = txn_query (txn, "SELECT condition FROM position_condition WHERE position = $1 ORDER BY condition LIMIT $2",
                      facts->position, MATCH_CONDITIONS_MAX);
    while (rows_next (rows))
        facts->offers[facts->n_offers++] = txn_text (txn, rows_text (rows, 0));
    facts->times = times_read (
        txn_query (txn, "SELECT day, from_hour, until_hour FROM position_time WHERE position = $1", facts->position));
}

static int agreed (txn_t *txn, uint64_t position)
{
    return (int) only_int (txn_row (txn,
                                    "SELECT count (*) FROM proposal WHERE position = $1" UNDER_WAY " AND state = $2",
                                    position, (int) PLACEMENT__MATCH_STATE__AGREED));
}

status_t position_read (txn_t *txn, uint64_t position, position_t *ret_position, fault_t *reterr)
{
    rows_t *row =
        txn_row (txn, "SELECT weekly_minutes, district, openings, closed FROM position WHERE id = $1", position);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_POSITION_UNKNOWN", "there is no position %llu",
                      (unsigned long long) position);
    *ret_position = (position_t){
        .closed = rows_int (row, 3) != 0,
        .facts = { .position = position,
                   .weekly_minutes = (int) rows_int (row, 0),
                   .district = (int) rows_int (row, 1),
                   .openings = (int) rows_int (row, 2) },
    };
    rows_close (row);
    ret_position->held = placement_count (txn, position, txn_today (txn)) + agreed (txn, position);
    read_words (txn, &ret_position->facts);
    return STATUS_OK;
}

status_t position_read_open (txn_t *txn, uint64_t position, position_t *ret_position, fault_t *reterr)
{
    status_t status = position_read (txn, position, ret_position, reterr);
    if (status == STATUS_OK && ret_position->closed)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_POSITION_CLOSED", "position %llu is closed",
                      (unsigned long long) position);
    return status;
}

/* --- the list --- */

static void show (txn_t *txn, rows_t *rows, Placement__Position *entry)
{
    position_t position;
    entry->position = rows_uint (rows, 0);
    entry->cvr = txn_text (txn, rows_text (rows, 1));
    entry->name = txn_text (txn, rows_text (rows, 2));
    entry->title = txn_text (txn, rows_text (rows, 3));
    entry->tasks = txn_text (txn, rows_text (rows, 4));
    entry->hourly_wage_ore = rows_int (rows, 5);
    if (position_read (txn, entry->position, &position, NULL) != STATUS_OK)
        return;
    const match_position_t *facts = &position.facts;
    for (size_t i = 0; i < facts->n_demands; i++) {
        Placement__Ability *demand = txn_add (txn, entry->demands, entry->n_demands, placement__ability);
        demand->dimension = txn_text (txn, facts->demands[i].dimension);
        demand->level = (uint32_t) facts->demands[i].level;
    }
    for (size_t i = 0; i < facts->n_offers; i++)
        txn_add_text (txn, entry->conditions, entry->n_conditions, facts->offers[i]);
    times_fill (txn, &facts->times, &entry->times, &entry->n_times);
    entry->weekly_minutes = (uint32_t) facts->weekly_minutes;
    entry->openings = (uint32_t) facts->openings;
    entry->openings_free = facts->openings > position.held ? (uint32_t) (facts->openings - position.held) : 0;
    entry->district = facts->district;
    entry->closed = position.closed;
}

#define POSITIONS "SELECT id, cvr, name, title, tasks, hourly_wage_ore FROM position WHERE id > $1"
#define IN_ORDER " ORDER BY id LIMIT $2"

status_t placement_list_positions (txn_t *txn, const Placement__ListPositionsRequest *request,
                                   Placement__ListPositionsReply *reply, fault_t *reterr)
{
    (void) reterr;
    uint32_t limit = request->limit ? request->limit : LIST_PAGE;
    rows_t *rows = request->with_closed ? txn_query (txn, POSITIONS IN_ORDER, request->after, limit)
                                        : txn_query (txn, POSITIONS " AND closed = 0" IN_ORDER, request->after, limit);
    while (rows_next (rows))
        show (txn, rows, txn_add (txn, reply->positions, reply->n_positions, placement__position));
    return STATUS_OK;
}
