/*
 * CSV from outside: as a table, and as an operator's rules of law. Input: a byte that picks the separator and whether
 * there is a header, then text.
 *
 * Every row that is read keeps csv.h's invariant and reads the same after it was written.
 */
#include "fuzz/fuzz.h"

#include "base/csv.h"
#include "base/own.h"
#include "danish/rules.h"

static void expect_reads_the_same (const csv_t *row)
{
    owned_buffer out = BUFFER (4 * CSV_COLUMNS_MAX * (CSV_FIELD_MAX + 1));
    csv_writer_t writer = csv_writer (&out, false);
    for (size_t i = 0; i < csv_count (row); i++)
        csv_write (&writer, csv_field (row, i));
    csv_end_row (&writer);
    ensure (!out.overflowed);
    csv_problem_t problem;
    owned (csv) again = csv_new (buffer_bytes (&out), ';');
    ensure (csv_next_row (again, &problem) == CSV_ROW && csv_count (again) == csv_count (row));
    for (size_t i = 0; i < csv_count (row); i++)
        ensure (strcmp (csv_field (again, i), csv_field (row, i)) == 0);
    ensure (csv_next_row (again, &problem) == CSV_END);
}

static void expect_clear_problem (const csv_problem_t *problem)
{
    ensure (problem->line >= 1 && problem->column >= 1);
    ensure (problem->reason[0] && utf8_valid (problem->reason, strlen (problem->reason)));
}

static void read_table (bytes_t text, char separator, bool with_header)
{
    owned (csv) csv = csv_new (text, separator);
    csv_problem_t problem = { 0 };
    if (with_header && !csv_read_header (csv, &problem))
        expect_clear_problem (&problem);
    csv_result_t result;
    size_t rows = 0, line = 0;
    while ((result = csv_next_row (csv, &problem)) != CSV_END) {
        ensure (++rows <= text.size);
        if (result == CSV_BAD_ROW) {
            expect_clear_problem (&problem);
            ensure (csv_count (csv) == 0);
            continue;
        }
        ensure (csv_line (csv) > line && csv_count (csv) <= CSV_COLUMNS_MAX);
        line = csv_line (csv);
        for (size_t i = 0; i < csv_count (csv); i++)
            ensure (strlen (csv_field (csv, i)) <= CSV_FIELD_MAX &&
                    utf8_valid (csv_field (csv, i), strlen (csv_field (csv, i))));
        expect_reads_the_same (csv);
    }
}

static void read_rules (bytes_t text)
{
    fault_t why = { 0 };
    owned (rules) rules = rules_new (text, &why);
    if (!rules) {
        expect_clear (why.status, &why);
        return;
    }
    ensure (rules_count (rules) <= RULES_MAX);
    for (size_t i = 0; i < rules_count (rules); i++) {
        const rule_t *rule = rules_nth (rules, i);
        int64_t low, high;
        int32_t day;
        ensure (rules_by_id (rules, rule->id) && rule->from_day <= rule->latest_from);
        (void) rules_at (rules, rule->series, rule->from_day);
        (void) rules_last_known (rules, rule->id, rule->latest_from);
        (void) rule_is_certain (rule, rule->from_day);
        if (rule_range (rule, &low, &high))
            ensure (low <= high);
        (void) rule_whole (rule, &low), (void) rule_hundredths (rule, &low), (void) rule_day (rule, &day);
    }
    for (size_t i = 0; i < rules_problem_count (rules) && i < RULES_PROBLEMS_MAX; i++)
        expect_clear_problem (rules_problem (rules, i));
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    bytes_t text = bytes_of (data + 1, size - 1);
    read_table (text, ";,\t;"[data[0] & 3], data[0] & 4);
    if (data[0] & 8)
        read_rules (text);
    return 0;
}
