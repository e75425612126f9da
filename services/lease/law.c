/* The rules of law in force, as versioned data: those that TMF loaded, or else those that came with the program. */
#include "lease/lease.h"

#include "base/own.h"
#include "contract/lease.handlers.h"
#include "danish/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the service cannot do without. */
static const char *const FOLLOWED[] = { "LEA-01", "LEA-03", "LEA-04", "LEA-05", "LEA-14" };
enum { FOLLOWED_COUNT = sizeof FOLLOWED / sizeof FOLLOWED[0] };

static rules_t *rules_in_force (txn_t *txn, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT csv FROM rule_file ORDER BY id DESC LIMIT 1");
    const char *csv = row ? rows_text (row, 0) : embedded_text (lease_texts, "rules.csv");
    rules_t *rules = rules_new (bytes_of (csv, strlen (csv)), reterr);
    if (row)
        rows_close (row);
    return rules;
}

static status_t number_at (const rules_t *rules, const char *id, int32_t day, law_t *law, int64_t *ret_hundredths,
                           fault_t *reterr)
{
    const rule_t *rule = rules_at (rules, id, day);
    if (!rule || !rule_hundredths (rule, ret_hundredths)) {
        char text[ISO_DAY_SIZE];
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_RULES_INCOMPLETE",
                      "rule {rule=%s} has no number that holds on {day=%s}: load the rules", id, day_text (day, text));
    }
    law->certain = law->certain && rule_is_certain (rule, day);
    return STATUS_OK;
}

static status_t law_of (const rules_t *rules, int32_t day, law_t *ret_law, fault_t *reterr)
{
    int64_t numbers[FOLLOWED_COUNT];
    law_t law = { .certain = true };
    for (size_t i = 0; i < FOLLOWED_COUNT; i++) {
        status_t status = number_at (rules, FOLLOWED[i], day, &law, &numbers[i], reterr);
        if (status != STATUS_OK)
            return status;
    }
    law.notice_months = (uint32_t) (numbers[0] / 100);
    law.due_moves = numbers[1] != 0;
    law.timely_days = (int) (numbers[2] / 100);
    law.demand_days = (int) (numbers[3] / 100);
    law.vat_hundredths = numbers[4];
    *ret_law = law;
    return STATUS_OK;
}

status_t law_at (txn_t *txn, int32_t day, law_t *ret_law, fault_t *reterr)
{
    owned (rules) rules = rules_in_force (txn, reterr);
    return rules ? law_of (rules, day, ret_law, reterr) : STATUS_INTERNAL;
}

char *law_caution (txn_t *txn, const law_t *law)
{
    return txn_text (txn, law->certain ? "" : "Hviler på regler, der skal efterprøves: fyr lease rules viser hvilke.");
}

/* --- commands and queries --- */

status_t lease_load_rules (txn_t *txn, const Lease__LoadRulesRequest *request, Lease__LoadRulesReply *reply,
                           fault_t *reterr)
{
    fault_t why = { 0 };
    law_t law;
    owned (rules) rules = rules_new (bytes_of (request->csv, strlen (request->csv)), &why);
    if (!rules)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_RULES_UNREADABLE", "{problem=%s}", why.message);
    if (rules_problem_count (rules) > 0) {
        const csv_problem_t *problem = rules_problem (rules, 0);
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_RULES_UNREADABLE",
                      "line {line=%zu}, column {column=%zu}: {problem=%s} ({rows=%zu} such rows)", problem->line,
                      problem->column, problem->reason, rules_problem_count (rules));
    }
    status_t status = law_of (rules, txn_today (txn), &law, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "INSERT INTO rule_file (id, loaded_at, csv) VALUES ($1, $2, $3)", txn_new_id (txn),
                    txn_now (txn), request->csv);
    reply->rules = (uint32_t) rules_count (rules);
    return STATUS_OK;
}

status_t lease_list_rules (txn_t *txn, const Lease__ListRulesRequest *request, Lease__ListRulesReply *reply,
                           fault_t *reterr)
{
    int32_t day = day_or (request->day, txn_today (txn));
    owned (rules) rules = rules_in_force (txn, reterr);
    if (!rules)
        return STATUS_INTERNAL;
    for (size_t i = 0; i < FOLLOWED_COUNT; i++) {
        const rule_t *rule = rules_at (rules, FOLLOWED[i], day);
        if (!rule)
            continue;
        Lease__LawRule *row = txn_add (txn, reply->rules, reply->n_rules, lease__law_rule);
        row->rule_id = txn_text (txn, rule->id);
        row->description = txn_text (txn, rule->description);
        row->value = txn_text (txn, rule->value);
        row->unit = txn_text (txn, rule->unit);
        row->valid_from = txn_text (txn, rule->valid_from);
        row->certain = rule_is_certain (rule, day);
    }
    return STATUS_OK;
}

/* --- a single rule --- */

status_t law_number (txn_t *txn, const char *id, int32_t day, int64_t *ret_hundredths, bool *ret_certain,
                     fault_t *reterr)
{
    law_t law = { .certain = true };
    owned (rules) rules = rules_in_force (txn, reterr);
    status_t status = rules ? number_at (rules, id, day, &law, ret_hundredths, reterr) : STATUS_INTERNAL;
    if (status == STATUS_OK)
        *ret_certain = law.certain;
    return status;
}
