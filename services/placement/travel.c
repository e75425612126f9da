/*
 * P2, P3: how long the way to work is, from district to district; published, and data and not code. What the program
 * comes with is an assumption in three steps (within a district, to a neighbour, further), and says so of itself.
 */
#include "base/csv.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"

#include "fyrtaarn/placement/v1/travel.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_READ = -1 };

typedef enum { FROM, TO, MINUTES, SOURCE, CONFIDENCE, COLUMNS } column_t;
static const char *const NAMES[COLUMNS] = { "from", "to", "minutes", "source", "confidence" };

/* Decimal digits alone, up to `most`. */
static bool number_of (const char *text, int most, int *ret)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    long number = strtol (text, &end, 10);
    *ret = (int) number;
    return *end == '\0' && number <= most;
}

static bool complain (const csv_t *csv, size_t column, csv_problem_t *reterr, const char *why)
{
    csv_complain (csv, column, reterr, "%s", why);
    return false;
}

static bool read_row (const csv_t *csv, const size_t *columns, match_travel_t *travel, csv_problem_t *reterr)
{
    int from, to, minutes;
    if (!number_of (csv_field (csv, columns[FROM]), DISTRICT_COUNT, &from) || from == 0)
        return complain (csv, columns[FROM], reterr, "a district is a number from 1 to 10");
    if (!number_of (csv_field (csv, columns[TO]), DISTRICT_COUNT, &to) || to == 0)
        return complain (csv, columns[TO], reterr, "a district is a number from 1 to 10");
    if (!number_of (csv_field (csv, columns[MINUTES]), MATCH_TRAVEL_MAX, &minutes))
        return complain (csv, columns[MINUTES], reterr, "minutes are a whole number up to 240");
    if (csv_field (csv, columns[SOURCE])[0] == '\0' || csv_field (csv, columns[CONFIDENCE])[0] == '\0')
        return complain (csv, columns[SOURCE], reterr, "a row has a source and a confidence");
    if (travel->minutes[from][to] != NOT_READ)
        return complain (csv, columns[TO], reterr, "an earlier row has the same two districts");
    travel->minutes[from][to] = travel->minutes[to][from] = minutes;
    travel->certain = travel->certain && strcmp (csv_field (csv, columns[CONFIDENCE]), "high") == 0;
    return true;
}

static status_t unreadable (const csv_problem_t *problem, fault_t *reterr)
{
    return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_TRAVEL_UNREADABLE",
                  "line {line=%zu}, column {column=%zu}: {problem=%s}", problem->line, problem->column,
                  problem->reason);
}

static status_t check_complete (const match_travel_t *travel, fault_t *reterr)
{
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = from; to <= DISTRICT_COUNT; to++)
            if (travel->minutes[from][to] == NOT_READ)
                return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_TRAVEL_UNREADABLE",
                              "there is no row for the districts {from=%d} and {to=%d}", from, to);
    return STATUS_OK;
}

static status_t read_travel (const char *text, match_travel_t *ret_travel, fault_t *reterr)
{
    owned (csv) csv = csv_new (bytes_of (text, strlen (text)), ';');
    csv_problem_t problem;
    csv_result_t result;
    size_t columns[COLUMNS];
    match_travel_t travel = { .certain = true };
    memset (travel.minutes, NOT_READ, sizeof travel.minutes);
    ensure (csv);
    if (!csv_read_header (csv, &problem))
        return unreadable (&problem, reterr);
    for (size_t i = 0; i < COLUMNS; i++)
        if (!csv_column (csv, NAMES[i], &columns[i]))
            return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_TRAVEL_UNREADABLE",
                          "there is no column \"{name=%s}\"", NAMES[i]);
    while ((result = csv_next_row (csv, &problem)) != CSV_END)
        if (result == CSV_BAD_ROW || !read_row (csv, columns, &travel, &problem))
            return unreadable (&problem, reterr);
    *ret_travel = travel;
    return check_complete (&travel, reterr);
}

static rows_t *newest (txn_t *txn)
{
    return txn_row (txn, "SELECT csv, version, loaded_at, reason FROM travel_file ORDER BY version DESC LIMIT 1");
}

void travel_in_force (txn_t *txn, match_travel_t *ret_travel, uint64_t *ret_version)
{
    rows_t *row = newest (txn);
    status_t status =
        read_travel (row ? rows_text (row, 0) : embedded_text (placement_texts, "travel.csv"), ret_travel, NULL);
    *ret_version = row ? rows_uint (row, 1) : 0;
    if (row)
        rows_close (row);
    if (status != STATUS_OK) /* a damaged store: nobody is excluded by what cannot be read */
        *ret_travel = (match_travel_t){ .certain = false };
}

status_t placement_load_travel (txn_t *txn, const Placement__LoadTravelRequest *request,
                                Placement__LoadTravelReply *reply, fault_t *reterr)
{
    match_travel_t travel;
    status_t status = read_travel (request->csv, &travel, reterr);
    if (status != STATUS_OK)
        return status;
    reply->version = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO travel_file (version, loaded_at, actor, reason, csv) VALUES ($1, $2, $3, $4, $5)",
                    reply->version, txn_now (txn), txn_actor (txn), request->reason, request->csv);
    return STATUS_OK;
}

status_t placement_get_travel (txn_t *txn, const Placement__GetTravelRequest *request, Placement__GetTravelReply *reply,
                               fault_t *reterr)
{
    (void) request;
    (void) reterr;
    match_travel_t travel;
    travel_in_force (txn, &travel, &reply->version);
    rows_t *row = newest (txn);
    reply->csv = txn_text (txn, row ? rows_text (row, 0) : embedded_text (placement_texts, "travel.csv"));
    reply->since = row ? rows_int (row, 2) : 0;
    reply->reason = txn_text (txn, row ? rows_text (row, 3) : "");
    if (row)
        rows_close (row);
    reply->certain = travel.certain;
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = from; to <= DISTRICT_COUNT; to++) {
            Placement__TravelTime *entry = txn_add (txn, reply->times, reply->n_times, placement__travel_time);
            entry->from = from;
            entry->to = to;
            entry->minutes = (uint32_t) travel.minutes[from][to];
        }
    return STATUS_OK;
}
