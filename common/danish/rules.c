#include "danish/rules.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "base/time.h"
#include "danish/money.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_LIMIT = 4 * 1024 * 1024 /* bytes, of all rules together */ };

/* The columns of a file, in the order of COLUMN_NAMES. */
typedef enum { SERIES, ID, DESCRIPTION, VALUE, UNIT, VALID_FROM, SOURCE, CONFIDENCE, COLUMN_COUNT } column_t;

static const char *const COLUMN_NAMES[COLUMN_COUNT] = {
    "series", "rule_id", "description", "value", "unit", "valid_from", "source", "confidence",
};

struct rules {
    arena_t *texts;
    bool no_memory; /* for the texts: then the set is not complete */
    size_t count;
    size_t problem_count;
    rule_t rules[RULES_MAX];
    csv_problem_t problems[RULES_PROBLEMS_MAX];
};

typedef struct {
    csv_t *csv;
    size_t columns[COLUMN_COUNT];
} reader_t;

static const char *text_of (const reader_t *reader, column_t column)
{
    return csv_field (reader->csv, reader->columns[column]);
}

static bool is_id (const char *text)
{
    size_t capitals = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (capitals == 0 || text[capitals] != '-')
        return false;
    const char *number = text + capitals + 1;
    size_t digits = strspn (number, "0123456789");
    return digits > 0 && number[digits] == '\0';
}

/* Lower case, so that a series is never mistaken for an id. */
static bool is_series (const char *text)
{
    size_t length = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && text[length] == '\0';
}

/* The days among which a rule has begun. */
typedef struct {
    int32_t first;
    int32_t last;
} window_t;

/* A day, month or year of exactly this many bytes at the start of the text. */
static bool parse_window (const char *text, size_t length, window_t *ret)
{
    char date[ISO_DAY_SIZE] = "";
    if (length >= sizeof date)
        return false;
    memcpy (date, text, length);
    if (day_parse (date, &ret->first)) {
        ret->last = ret->first;
        return true;
    }
    int32_t month;
    if (month_parse (date, &month)) {
        *ret = (window_t){ month_first_day (month), month_last_day (month) };
        return true;
    }
    char january[ISO_MONTH_SIZE] = "0000-01";
    if (length != 4)
        return false;
    memcpy (january, date, 4);
    if (!month_parse (january, &month))
        return false;
    *ret = (window_t){ month_first_day (month), month_last_day (month + 11) };
    return true;
}

/* What holds for a span of years holds from its first day. */
static bool parse_span_of_years (const char *text, size_t length, window_t *ret)
{
    window_t from, until;
    if (length != 9 || text[4] != '-' || !parse_window (text, 4, &from) || !parse_window (text + 5, 4, &until))
        return false;
    *ret = (window_t){ from.first, from.first };
    return true;
}

static bool parse_valid_from (const char *text, window_t *ret)
{
    if (*text == '\0') {
        *ret = (window_t){ INT32_MIN, INT32_MIN };
        return true;
    }
    if (strcmp (text, "date not sourced") == 0 || strncmp (text, "check", strlen ("check")) == 0) {
        *ret = (window_t){ INT32_MIN, INT32_MAX };
        return true;
    }
    size_t length = strcspn (text, " ");
    bool has_remark = text[length] == ' ' && text[length + 1] == '(';
    if (text[length] != '\0' && !has_remark)
        return false;
    return parse_span_of_years (text, length, ret) || parse_window (text, length, ret);
}

static const rule_t *find_key (const rules_t *self, const char *key)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->rules[i].series, key) == 0 || strcmp (self->rules[i].id, key) == 0)
            return &self->rules[i];
    return NULL;
}

static bool complain_about (const reader_t *reader, column_t column, csv_problem_t *ret, const char *reason,
                            const char *detail)
{
    csv_complain (reader->csv, reader->columns[column], ret, "%s%s", reason, detail);
    return false;
}

static bool check_names (const rules_t *self, const reader_t *reader, csv_problem_t *reterr)
{
    const char *series = text_of (reader, SERIES);
    const char *id = text_of (reader, ID);
    if (!is_id (id))
        return complain_about (reader, ID, reterr, "a rule id is capitals, a hyphen and a number, such as SF-04", "");
    if (*series != '\0' && !is_series (series))
        return complain_about (reader, SERIES, reterr, "a series is lower-case letters, digits and _", "");
    if (rules_by_id (self, id))
        return complain_about (reader, ID, reterr, "an earlier row has the same id: ", id);
    if (*text_of (reader, DESCRIPTION) == '\0')
        return complain_about (reader, DESCRIPTION, reterr, "the rule is not described", "");
    if (*text_of (reader, CONFIDENCE) == '\0')
        return complain_about (reader, CONFIDENCE, reterr, "no confidence is stated", "");
    return true;
}

/* Rows of one series must be comparable, or a yearly cap could be followed by a monthly one unseen. */
static bool check_series (const rules_t *self, const reader_t *reader, window_t from, csv_problem_t *reterr)
{
    const char *series = text_of (reader, SERIES);
    for (size_t i = 0; i < self->count; i++) {
        const rule_t *other = &self->rules[i];
        if (strcmp (other->series, series) != 0)
            continue;
        if (other->from_day == from.first)
            return complain_about (reader, VALID_FROM, reterr,
                                   "the series has another rule from that day: ", other->id);
        if (strcmp (other->unit, text_of (reader, UNIT)) != 0)
            return complain_about (reader, UNIT, reterr, "the series has another unit in ", other->id);
    }
    return true;
}

static const char *copy_text (rules_t *self, const reader_t *reader, column_t column)
{
    const char *text = text_of (reader, column);
    size_t size = strlen (text) + 1;
    char *copy = arena_alloc (self->texts, size);
    return copy ? memcpy (copy, text, size) : NULL;
}

static bool copy_rule (rules_t *self, const reader_t *reader, window_t from, rule_t *ret)
{
    *ret = (rule_t){
        .series = copy_text (self, reader, *text_of (reader, SERIES) ? SERIES : ID),
        .id = copy_text (self, reader, ID),
        .description = copy_text (self, reader, DESCRIPTION),
        .value = copy_text (self, reader, VALUE),
        .unit = copy_text (self, reader, UNIT),
        .valid_from = copy_text (self, reader, VALID_FROM),
        .source = copy_text (self, reader, SOURCE),
        .confidence = copy_text (self, reader, CONFIDENCE),
        .from_day = from.first,
        .latest_from = from.last,
    };
    return ret->series && ret->id && ret->description && ret->value && ret->unit && ret->valid_from && ret->source &&
           ret->confidence;
}

static bool add_row (rules_t *self, const reader_t *reader, csv_problem_t *reterr)
{
    window_t from;
    if (!check_names (self, reader, reterr))
        return false;
    if (!parse_valid_from (text_of (reader, VALID_FROM), &from))
        return complain_about (reader, VALID_FROM, reterr,
                               "not a date: give 2025-01-01, 2025-01 or 2025, with a remark in parentheses if needed",
                               "");
    if (!check_series (self, reader, from, reterr))
        return false;
    if (self->count == RULES_MAX)
        return complain_about (reader, ID, reterr, "there are more rules than can be held", "");
    self->no_memory = !copy_rule (self, reader, from, &self->rules[self->count]);
    self->count += !self->no_memory;
    return true;
}

static void keep_problem (rules_t *self, const csv_problem_t *problem)
{
    if (self->problem_count < RULES_PROBLEMS_MAX)
        self->problems[self->problem_count] = *problem;
    self->problem_count++;
}

static status_t open_reader (reader_t *reader, fault_t *reterr)
{
    csv_problem_t problem;
    if (!csv_read_header (reader->csv, &problem))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "RULES_HEADER", "line %zu, column %zu: %s", problem.line,
                      problem.column, problem.reason);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (!csv_column (reader->csv, COLUMN_NAMES[i], &reader->columns[i]))
            return fault (reterr, STATUS_INVALID_ARGUMENT, "RULES_HEADER", "the column '%s' is missing",
                          COLUMN_NAMES[i]);
    return STATUS_OK;
}

rules_t *rules_new (bytes_t text, fault_t *reterr)
{
    owned (csv) csv = csv_new (text, ';');
    reader_t reader = { .csv = csv };
    if (open_reader (&reader, reterr) != STATUS_OK)
        return NULL;
    owned (rules) self = calloc (1, sizeof *self);
    ensure (self);
    self->texts = arena_new (TEXT_LIMIT);
    csv_problem_t problem;
    csv_result_t result;
    while (!self->no_memory && (result = csv_next_row (csv, &problem)) != CSV_END)
        if (result == CSV_BAD_ROW || !add_row (self, &reader, &problem))
            keep_problem (self, &problem);
    if (self->no_memory) {
        (void) fault (reterr, STATUS_RESOURCE_EXHAUSTED, "RULES_NO_MEMORY", "no memory for all of the rules");
        return NULL;
    }
    return give (self);
}

void rules_destroy (rules_t **self)
{
    if (!*self)
        return;
    arena_destroy (&(*self)->texts);
    free (*self);
    *self = NULL;
}

size_t rules_count (const rules_t *self)
{
    return self->count;
}

const rule_t *rules_nth (const rules_t *self, size_t n)
{
    ensure (n < self->count);
    return &self->rules[n];
}

size_t rules_problem_count (const rules_t *self)
{
    return self->problem_count;
}

const csv_problem_t *rules_problem (const rules_t *self, size_t n)
{
    ensure (n < self->problem_count && n < RULES_PROBLEMS_MAX);
    return &self->problems[n];
}

static const rule_t *newest (const rules_t *self, const char *series_or_id, int32_t day, bool with_value)
{
    const rule_t *key = find_key (self, series_or_id);
    const rule_t *found = NULL;
    for (size_t i = 0; key && i < self->count; i++) {
        const rule_t *rule = &self->rules[i];
        if (strcmp (rule->series, key->series) != 0 || rule->from_day > day || (with_value && *rule->value == '\0'))
            continue;
        if (!found || rule->from_day > found->from_day)
            found = rule;
    }
    return found;
}

const rule_t *rules_at (const rules_t *self, const char *series_or_id, int32_t day)
{
    return newest (self, series_or_id, day, false);
}

const rule_t *rules_last_known (const rules_t *self, const char *series_or_id, int32_t day)
{
    return newest (self, series_or_id, day, true);
}

const rule_t *rules_by_id (const rules_t *self, const char *id)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->rules[i].id, id) == 0)
            return &self->rules[i];
    return NULL;
}

bool rule_is_certain (const rule_t *rule, int32_t day)
{
    return *rule->value != '\0' && strcmp (rule->confidence, "high") == 0 && day >= rule->latest_from;
}

/* Digits alone, up to `length` bytes: a sign or a decimal would be another kind of value. */
static bool parse_count (const char *text, size_t length, int64_t *ret)
{
    if (length == 0 || length > 18)
        return false;
    int64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit ((unsigned char) text[i]))
            return false;
        number = 10 * number + (text[i] - '0');
    }
    *ret = number;
    return true;
}

bool rule_whole (const rule_t *rule, int64_t *ret)
{
    return parse_count (rule->value, strlen (rule->value), ret);
}

bool rule_hundredths (const rule_t *rule, int64_t *ret)
{
    return money_parse_plain (rule->value, ret);
}

bool rule_day (const rule_t *rule, int32_t *ret_day)
{
    return day_parse (rule->value, ret_day);
}

bool rule_range (const rule_t *rule, int64_t *ret_low, int64_t *ret_high)
{
    int64_t low, high;
    size_t length = strcspn (rule->value, "-");
    if (!parse_count (rule->value, length, &low))
        return false;
    high = low;
    if (rule->value[length] == '-') {
        const char *upper = rule->value + length + 1;
        if (!parse_count (upper, strlen (upper), &high) || high < low)
            return false;
    }
    *ret_low = low;
    *ret_high = high;
    return true;
}
