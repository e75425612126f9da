/*
 * R4: the report as plain text in Danish and English. Words are tables; what they are put around is the report's fields
 * and nothing else, so that text and fields cannot say different things.
 */
#include "reporting/reporting.h"

#include "danish/money.h"
#include "reporting/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = MONEY_TEXT_SIZE, LINE_SIZE = 400, DATE_SIZE = 40 };

typedef struct {
    const char *da, *en;
} phrase_t;

typedef const Reporting__GetStatusReportReply report_t;

/* What every section needs. */
typedef struct {
    page_t page;
    report_t *report;
    bool english;
} writer_t;

/* --- words --- */

static const char *const MONTHS[12][2] = {
    { "januar", "January" },  { "februar", "February" },  { "marts", "March" },
    { "april", "April" },     { "maj", "May" },           { "juni", "June" },
    { "juli", "July" },       { "august", "August" },     { "september", "September" },
    { "oktober", "October" }, { "november", "November" }, { "december", "December" },
};

static const phrase_t OUTLOOKS[] = {
    [REPORTING__OUTLOOK__OUTLOOK_UNKNOWN] = { "endnu uvist", "too early" },
    [REPORTING__OUTLOOK__REACHED] = { "nået", "reached" },
    [REPORTING__OUTLOOK__ON_COURSE] = { "på vej", "on course" },
    [REPORTING__OUTLOOK__OFF_COURSE] = { "bagud", "off course" },
};

static const char *const ADMINISTRATIONS[] = { "", "TMF", "BIF", "SOF" };

static const struct {
    const char *key;
    phrase_t title;
} PARTS[] = {
    { "accepted", { "taget imod, i gang", "accepted, under way" } },
    { "done", { "fuldført", "done" } },
    { "rejected", { "ikke taget imod", "not accepted" } },
    { "revoked", { "trukket tilbage", "revoked" } },
    { "unanswered", { "ubesvaret ved fristen", "unanswered at the deadline" } },
    { "waiting", { "venter på svar", "waiting for an answer" } },
    { "citizen", { "borgeren sagde nej", "the citizen said no" } },
    { "enterprise", { "virksomheden sagde nej", "the enterprise said no" } },
    { "consultant", { "jobkonsulenten sagde nej", "the job consultant said no" } },
    { "new-job", { "nyt job", "a new job" } },
    { "education", { "uddannelse", "education" } },
    { "contract-ended", { "aftalen udløb", "the contract ended" } },
    { "citizen-wished", { "efter borgerens ønske", "as the citizen wished" } },
    { "enterprise-wished", { "efter virksomhedens ønske", "as the enterprise wished" } },
    { "other-cause", { "andet", "other" } },
    { "not-stated", { "ikke oplyst", "not stated" } },
};

static const struct {
    const char *owner;
    phrase_t title;
} OWNERS[] = {
    { "lease", { "TMF's hus (lease)", "TMF's house (lease)" } },
    { "guidance", { "BIF's vejledning (guidance)", "BIF's guidance (guidance)" } },
    { "placement", { "BIF's match (placement)", "BIF's matches (placement)" } },
    { "bridging", { "SOF's brobygning (bridging)", "SOF's bridge (bridging)" } },
};

static const phrase_t FEED_STATES[] = {
    [REPORTING__FEED_STATE__FEED_NOT_HEARD] = { "ikke hørt siden start", "not heard since start" },
    [REPORTING__FEED_STATE__FEED_UP_TO_DATE] = { "ajour", "up to date" },
    [REPORTING__FEED_STATE__FEED_BEHIND] = { "bagud", "behind" },
    [REPORTING__FEED_STATE__FEED_SILENT] = { "tavs; der kan være sket mere", "silent; more may have happened" },
    [REPORTING__FEED_STATE__FEED_STOPPED] = { "standset", "stopped" },
};

static const char *const STANDING_NOTES_DA[] = {
    "0 er ingen, – er ikke oplyst, • er skjult: 1-4 personer, eller et tal der ellers ville røbe dem. Grænsen på 5 er "
    "en "
    "anbefaling (SDC-06) og ikke en lovregel.",
    "Prognosen for et mål er antallet til dato ført videre i samme takt til målets sidste dag. Det første kun efter 30 "
    "dage; det, der står (pladser), regnes for at blive stående.",
    "Prognosen for et år er forbruget plus budgettet for de resterende måneder, dog højst det, der er tilbage af "
    "budgettet; "
    "hvor intet er bogført, er den budgettet.",
    "Budgettet er i det prisniveau, der står ved det, og er ikke fremskrevet. Forbruget er i de priser, det er bogført "
    "i.",
    "Løntimer regnes for hele måneder. Registrenes timer (eIndkomst og frikort, SF-16) tælles; virksomhedens egen "
    "opgørelse "
    "kun, hvor den viser flere. Senere indberetninger kan ændre tidligere måneder.",
    "Forvaltningernes og udvalgenes navne følger notatet; de nye navne fra 2026 kendes ikke her (ORG-01).",
};

static const char *const STANDING_NOTES_EN[] = {
    "0 is none, – is not known, • is hidden: 1 to 4 persons, or a figure that would give them away. The limit of 5 is "
    "a "
    "recommendation (SDC-06) and not a rule of law.",
    "The forecast for a target is the count to date carried on at the same pace to the target's last day, from 30 days "
    "on; what stands (desks) is taken to remain.",
    "The forecast for a year is what was spent plus the budget of the months left, but no more than what is left of "
    "the "
    "budget; where nothing was posted it is the budget.",
    "The budget is in the price level named beside it and has not been projected. What was spent is in the prices it "
    "was "
    "posted in.",
    "Paid hours are counted for whole months. The registers' hours count (eIndkomst and frikort, SF-16); the "
    "enterprise's "
    "own report only where it shows more. Later reports may change earlier months.",
    "Names of administrations and committees are those of the note; the new names from 2026 are not known here "
    "(ORG-01).",
};

size_t report_standing_notes (Reporting__Language language, const char *const **ret_notes)
{
    _Static_assert(sizeof STANDING_NOTES_DA == sizeof STANDING_NOTES_EN, "the same notes in both languages");
    *ret_notes = language == REPORTING__LANGUAGE__EN ? STANDING_NOTES_EN : STANDING_NOTES_DA;
    return sizeof STANDING_NOTES_DA / sizeof STANDING_NOTES_DA[0];
}

static const char *word (const writer_t *self, phrase_t phrase)
{
    return self->english ? phrase.en : phrase.da;
}

/* A condition on literals, so that the compiler checks those that are formats. */
#define SAY(da, en) (self->english ? (en) : (da))

/* --- numbers and days --- */

/* Danish text has points between thousands and a comma before decimals; English has it the other way round. */
static const char *in_language (const writer_t *self, char *text)
{
    for (char *at = text; self->english && *at; at++)
        if (*at == '.')
            *at = ',';
    return text;
}

static const char *number_text (const writer_t *self, int64_t value, char out[NUMBER_SIZE])
{
    char digits[24];
    int count = snprintf (digits, sizeof digits, "%" PRId64, value);
    char *at = out;
    for (int i = 0; i < count; i++) {
        bool group = i > 0 && digits[i - 1] != '-' && (count - i) % 3 == 0;
        if (group)
            *at++ = '.';
        *at++ = digits[i];
    }
    *at = '\0';
    return in_language (self, out);
}

static const char *figure_text (const writer_t *self, const Reporting__Figure *figure, char out[NUMBER_SIZE])
{
    if (figure->visibility == REPORTING__VISIBILITY__SHOWN)
        return number_text (self, figure->value, out);
    return figure->visibility == REPORTING__VISIBILITY__SUPPRESSED ? "•" : "–";
}

static const char *thousands_text (const writer_t *self, int64_t ore, char out[NUMBER_SIZE])
{
    money_text_thousands (ore, out);
    return in_language (self, out);
}

static const char *date_text (const writer_t *self, int32_t day, char out[DATE_SIZE])
{
    civil_t civil = day_to_civil (day);
    snprintf (out, DATE_SIZE, "%d%s %s %d", civil.day, self->english ? "" : ".", MONTHS[civil.month - 1][self->english],
              civil.year);
    return out;
}

static const char *moment_text (const writer_t *self, int64_t instant, char out[DATE_SIZE])
{
    char date[DATE_SIZE];
    int minute = copenhagen_minute (instant);
    snprintf (out, DATE_SIZE, self->english ? "%.24s %02d:%02d" : "%.24s kl. %02d.%02d",
              date_text (self, copenhagen_day (instant), date), minute / 60, minute % 60);
    return out;
}

/* --- 1: programme and phase --- */

static void write_head (writer_t *self)
{
    char from[DATE_SIZE], to[DATE_SIZE], line[LINE_SIZE];
    page_at (&self->page, 0, SAY ("FYRTÅRN – STATUSRAPPORT", "FYRTÅRN – STATUS REPORT"));
    page_end_line (&self->page);
    page_at (&self->page, 0, SAY ("Budgetnotat TM157 · TMF, BIF og SOF", "Budget note TM157 · TMF, BIF and SOF"));
    page_end_line (&self->page);
    snprintf (line, sizeof line, "%s %s %s %s", SAY ("Perioden", "Period"),
              date_text (self, self->report->from_day, from), SAY ("til", "to"),
              date_text (self, self->report->to_day, to));
    page_at (&self->page, 0, line);
    page_end_line (&self->page);
}

static void write_programme (writer_t *self)
{
    char from[DATE_SIZE], to[DATE_SIZE], line[LINE_SIZE];
    const Reporting__Phase *phase = self->report->phase;
    page_heading (&self->page, SAY ("1. Program og fase", "1. Programme and phase"));
    if (phase)
        snprintf (line, sizeof line, "%s: %s, %s %s %s.", SAY ("Fase", "Phase"),
                  self->english ? phase->title_en : phase->title, date_text (self, phase->from_day, from),
                  SAY ("til", "to"), date_text (self, phase->to_day, to));
    else
        snprintf (line, sizeof line, "%s",
                  SAY ("Fase: ingen på periodens sidste dag.", "Phase: none on the last day."));
    page_paragraph (&self->page, 0, 6, line);
    owned_buffer names = BUFFER (LINE_SIZE);
    for (size_t i = 0; i < self->report->n_districts; i++) {
        const Reporting__DistrictRow *row = self->report->districts[i];
        if (row->in_note)
            buffer_printf (&names, "%s%s", names.size ? ", " : "", row->name);
    }
    owned_buffer text = BUFFER (2 * LINE_SIZE);
    buffer_printf (&text, "%s: %s.", SAY ("Bydele i notatet", "Districts in the note"),
                   names.size ? buffer_text (&names) : "–");
    page_paragraph (&self->page, 0, 6, buffer_text (&text));
}

/* --- 2: targets --- */

static const char *indicator_title (const writer_t *self, const char *slug)
{
    int indicator = indicator_find (slug);
    if (indicator == INDICATOR_COUNT)
        return slug;
    return self->english ? INDICATORS[indicator].title_en : INDICATORS[indicator].title;
}

static void write_target (writer_t *self, const Reporting__TargetStatus *status)
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE], range[2 * NUMBER_SIZE], number[NUMBER_SIZE];
    const Reporting__Target *target = status->target;
    number_text (self, target->low, low);
    number_text (self, target->high, high);
    snprintf (range, sizeof range, target->low == target->high ? "%s" : "%s-%s", low, high);
    page_at (&self->page, 0, indicator_title (self, target->indicator));
    page_before (&self->page, 44, range);
    page_before (&self->page, 54, figure_text (self, status->to_date, number));
    page_before (&self->page, 65, figure_text (self, status->forecast, number));
    page_at (&self->page, 67, word (self, OUTLOOKS[status->outlook]));
    page_end_line (&self->page);
}

static void write_targets (writer_t *self)
{
    page_heading (&self->page, SAY ("2. Mål, status og prognose", "2. Targets, status and forecast"));
    if (self->report->n_targets == 0)
        page_paragraph (&self->page, 0, 0, SAY ("Ingen mål er indlæst.", "No targets are loaded."));
    else {
        page_before (&self->page, 44, SAY ("Mål", "Target"));
        page_before (&self->page, 54, SAY ("Status", "To date"));
        page_before (&self->page, 65, SAY ("Prognose", "Forecast"));
        page_end_line (&self->page);
    }
    for (size_t i = 0; i < self->report->n_targets; i++)
        write_target (self, self->report->targets[i]);
}

/* --- 3: money --- */

static void write_amounts (writer_t *self, const char *label, int64_t budget_ore, bool has_actual, int64_t actual_ore,
                           int64_t forecast_ore)
{
    char number[NUMBER_SIZE];
    page_at (&self->page, 5, label);
    page_before (&self->page, 32, thousands_text (self, budget_ore, number));
    page_before (&self->page, 44, has_actual ? thousands_text (self, actual_ore, number) : "–");
    page_before (&self->page, 56, thousands_text (self, forecast_ore, number));
    page_before (&self->page, 68, thousands_text (self, budget_ore - forecast_ore, number));
    page_end_line (&self->page);
}

static void write_money_head (writer_t *self, const char *price_level)
{
    char line[LINE_SIZE];
    snprintf (line, sizeof line, SAY ("1.000 kr., %s", "1,000 kr., %s"), price_level);
    page_at (&self->page, 0, line);
    page_before (&self->page, 32, SAY ("Budget", "Budget"));
    page_before (&self->page, 44, SAY ("Forbrug", "Spent"));
    page_before (&self->page, 56, SAY ("Prognose", "Forecast"));
    page_before (&self->page, 68, SAY ("Til rest", "Left"));
    page_end_line (&self->page);
}

static void write_line (writer_t *self, const Reporting__BudgetLine *line, const Reporting__BudgetLine *before)
{
    char text[LINE_SIZE];
    bool same =
        before && before->administration == line->administration && strcmp (before->activity, line->activity) == 0;
    if (!same) {
        snprintf (text, sizeof text, "%-4s %s (%s %s, %s %s)", ADMINISTRATIONS[line->administration],
                  self->english ? line->title_en : line->title, SAY ("udvalg", "committee"), line->committee,
                  SAY ("bevilling", "appropriation"), line->appropriation);
        page_paragraph (&self->page, 0, 5, text);
    }
    snprintf (text, sizeof text, "%d", line->year);
    write_amounts (self, text, line->budget_ore, line->has_actual, line->actual_ore, line->forecast_ore);
}

static void write_price_level (writer_t *self, const char *price_level)
{
    char label[24];
    const Reporting__GetMoneyReply *money = self->report->money;
    const Reporting__BudgetLine *before = NULL;
    write_money_head (self, price_level);
    for (size_t i = 0; i < money->n_lines; i++) {
        if (strcmp (money->lines[i]->price_level, price_level) != 0)
            continue;
        write_line (self, money->lines[i], before);
        before = money->lines[i];
    }
    page_at (&self->page, 0, SAY ("I alt", "Total"));
    page_end_line (&self->page);
    for (size_t i = 0; i < money->n_totals; i++) {
        const Reporting__BudgetTotal *total = money->totals[i];
        if (strcmp (total->price_level, price_level) != 0)
            continue;
        snprintf (label, sizeof label, "%d", total->year);
        write_amounts (self, total->year ? label : SAY ("alle år", "all years"), total->budget_ore, total->has_actual,
                       total->actual_ore, total->forecast_ore);
    }
}

static void write_money (writer_t *self)
{
    const Reporting__GetMoneyReply *money = self->report->money;
    page_heading (&self->page, SAY ("3. Penge", "3. Money"));
    if (money->n_lines == 0)
        page_paragraph (&self->page, 0, 0, SAY ("Intet budget er indlæst.", "No budget is loaded."));
    for (size_t i = 0; i < money->n_totals; i++)
        if (money->totals[i]->year == 0)
            write_price_level (self, money->totals[i]->price_level);
}

/* --- 4 to 6: the house, guidance, bridging and placement --- */

static void write_figures_head (writer_t *self)
{
    page_before (&self->page, 58, SAY ("I perioden", "In the period"));
    page_before (&self->page, 72, SAY ("Til dato", "To date"));
    page_end_line (&self->page);
}

static void write_indicator (writer_t *self, int indicator, size_t indent)
{
    char number[NUMBER_SIZE];
    const Reporting__IndicatorStatus *status = self->report->indicators[indicator];
    page_at (&self->page, indent, indicator_title (self, status->indicator));
    if (!status->standing)
        page_before (&self->page, 58, figure_text (self, status->period, number));
    page_before (&self->page, 72, figure_text (self, status->to_date, number));
    page_end_line (&self->page);
}

static const char *part_title (const writer_t *self, const char *key)
{
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++)
        if (strcmp (PARTS[i].key, key) == 0)
            return word (self, PARTS[i].title);
    return key;
}

/* The parts of a whole that stands on the line above. */
static void write_parts (writer_t *self, const char *key)
{
    char number[NUMBER_SIZE];
    for (size_t b = 0; b < self->report->n_breakdowns; b++) {
        const Reporting__Breakdown *breakdown = self->report->breakdowns[b];
        if (strcmp (breakdown->breakdown, key) != 0)
            continue;
        for (size_t i = 0; i < breakdown->n_parts; i++) {
            page_at (&self->page, 2, part_title (self, breakdown->parts[i]->key));
            page_before (&self->page, 72, figure_text (self, breakdown->parts[i]->figure, number));
            page_end_line (&self->page);
        }
    }
}

static void write_house (writer_t *self)
{
    page_heading (&self->page, SAY ("4. Huset", "4. The house"));
    write_figures_head (self);
    for (int i = DESKS; i <= TENANTS; i++)
        write_indicator (self, i, 0);
}

static void write_guidance (writer_t *self)
{
    page_heading (&self->page, SAY ("5. Vejledning", "5. Guidance"));
    write_figures_head (self);
    write_indicator (self, SESSIONS_HELD, 0);
    write_indicator (self, ENTERPRISES_GUIDED, 0);
    for (int i = GUIDED_PRE_ENTREPRENEURSHIP; i <= GUIDED_NETWORK; i++)
        write_indicator (self, i, 2);
    page_paragraph (&self->page, 0, 0,
                    SAY ("En virksomhed, der får flere slags vejledning, tæller én gang i alt.",
                         "An enterprise that is guided in several ways counts once in the total."));
}

static void write_people (writer_t *self)
{
    page_heading (&self->page, SAY ("6. Brobygning og match", "6. Bridging and placement"));
    write_figures_head (self);
    write_indicator (self, REFERRALS_MADE, 0);
    write_parts (self, "referrals-by-outcome");
    write_indicator (self, MATCHES_PROPOSED, 0);
    write_indicator (self, MATCHES_DECLINED, 0);
    write_parts (self, "declines-by-party");
    write_indicator (self, CITIZENS_WITH_PAID_HOURS, 0);
    write_indicator (self, PAID_HOURS, 0);
    write_indicator (self, PLACEMENTS_ACTIVE, 0);
    write_indicator (self, PLACEMENTS_STARTED, 0);
    write_indicator (self, PLACEMENTS_ENDED, 0);
    write_parts (self, "endings-by-cause");
}

/* --- 7 and 8: quarters, districts --- */

static void write_quarters (writer_t *self)
{
    static const size_t COLUMNS[REPORT_QUARTERS] = { 48, 58, 68, 78 };
    char text[NUMBER_SIZE];
    page_heading (&self->page, SAY ("7. Kvartal for kvartal", "7. Quarter by quarter"));
    for (size_t i = 0; i < self->report->n_quarters; i++) {
        const Reporting__QuarterRow *row = self->report->quarters[i];
        for (size_t q = 0; i == 0 && q < row->n_points; q++) {
            civil_t civil = day_to_civil (row->points[q]->from_day);
            snprintf (text, sizeof text, SAY ("%d. kv. %d", "Q%d %d"), (civil.month + 2) / 3, civil.year % 100);
            page_before (&self->page, COLUMNS[q], text);
        }
        if (i == 0)
            page_end_line (&self->page);
        page_at (&self->page, 0, indicator_title (self, row->indicator));
        for (size_t q = 0; q < row->n_points; q++)
            page_before (&self->page, COLUMNS[q], figure_text (self, row->points[q]->figure, text));
        page_end_line (&self->page);
    }
}

static void write_districts (writer_t *self)
{
    char number[NUMBER_SIZE];
    page_heading (&self->page, SAY ("8. Bydele, til dato", "8. Districts, to date"));
    page_before (&self->page, 36, SAY ("I notatet", "In the note"));
    page_before (&self->page, 52, SAY ("Kontorpladser", "Desks"));
    page_before (&self->page, 76, SAY ("Borgere m. løntimer", "Citizens, paid hours"));
    page_end_line (&self->page);
    for (size_t i = 0; i < self->report->n_districts; i++) {
        const Reporting__DistrictRow *row = self->report->districts[i];
        page_at (&self->page, 0, row->district ? row->name : SAY ("Ikke oplyst", "Not stated"));
        page_before (&self->page, 36, row->in_note ? SAY ("ja", "yes") : "");
        page_before (&self->page, 52, figure_text (self, row->desks, number));
        page_before (&self->page, 76, figure_text (self, row->citizens, number));
        page_end_line (&self->page);
    }
    page_at (&self->page, 0, SAY ("I alt", "Total"));
    page_before (&self->page, 52, figure_text (self, self->report->indicators[DESKS]->to_date, number));
    page_before (&self->page, 76,
                 figure_text (self, self->report->indicators[CITIZENS_WITH_PAID_HOURS]->to_date, number));
    page_end_line (&self->page);
}

/* --- 9 and 10: notes, completeness --- */

static void write_notes (writer_t *self)
{
    char line[LIST_TEXT_MAX];
    page_heading (&self->page, SAY ("9. Noter og usikre oplysninger", "9. Notes and uncertain facts"));
    for (size_t i = 0; i < self->report->n_notes; i++) {
        snprintf (line, sizeof line, "- %s", self->report->notes[i]);
        page_paragraph (&self->page, 0, 2, line);
    }
}

static void write_feed (writer_t *self, const Reporting__FollowedFeed *feed)
{
    char line[LINE_SIZE], heard[DATE_SIZE], position[NUMBER_SIZE], head[NUMBER_SIZE];
    const char *owner = feed->owner;
    for (size_t i = 0; i < sizeof OWNERS / sizeof OWNERS[0]; i++)
        if (strcmp (OWNERS[i].owner, feed->owner) == 0)
            owner = word (self, OWNERS[i].title);
    owned_buffer text = BUFFER (2 * LINE_SIZE);
    buffer_printf (&text, "%s: %s", owner, word (self, FEED_STATES[feed->state]));
    if (feed->stopped[0])
        buffer_printf (&text, " (%s)", feed->stopped);
    snprintf (line, sizeof line, SAY ("; post %s af %s", "; record %s of %s"),
              number_text (self, (int64_t) feed->position, position),
              feed->heard_at ? number_text (self, (int64_t) feed->head, head) : "–");
    buffer_append_text (&text, line);
    if (feed->heard_at)
        buffer_printf (&text, SAY ("; sidst hørt %s", "; last heard %s"), moment_text (self, feed->heard_at, heard));
    if (feed->latest_event_at)
        buffer_printf (&text, SAY ("; nyeste hændelse %s", "; newest event %s"),
                       moment_text (self, feed->latest_event_at, heard));
    buffer_append_text (&text, ".");
    page_paragraph (&self->page, 0, 2, buffer_text (&text));
}

static void write_completeness (writer_t *self)
{
    size_t current = 0;
    for (size_t i = 0; i < self->report->n_feeds; i++)
        current += self->report->feeds[i]->state == REPORTING__FEED_STATE__FEED_UP_TO_DATE;
    page_heading (&self->page, SAY ("10. Fuldstændighed", "10. Completeness"));
    page_paragraph (&self->page, 0, 0,
                    current == self->report->n_feeds
                        ? SAY ("Alle kilder er ajour.", "Every source is up to date.")
                        : SAY ("Rapporten mangler muligvis hændelser fra de kilder, der ikke er ajour.",
                               "The report may lack events from those sources that are not up to date."));
    for (size_t i = 0; i < self->report->n_feeds; i++)
        write_feed (self, self->report->feeds[i]);
}

void report_write (report_t *report, buffer_t *out)
{
    writer_t self = { .page = { .out = out },
                      .report = report,
                      .english = report->language == REPORTING__LANGUAGE__EN };
    write_head (&self);
    write_programme (&self);
    write_targets (&self);
    write_money (&self);
    write_house (&self);
    write_guidance (&self);
    write_people (&self);
    write_quarters (&self);
    write_districts (&self);
    write_notes (&self);
    if (report->n_feeds)
        write_completeness (&self);
}
