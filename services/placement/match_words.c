#include "placement/match_words.h"

#include <string.h>

typedef struct {
    const char *word;
    const char *in[2]; /* by match_language_t */
} entry_t;

/* Words that are not listed are shown as they are: a workplace may offer, and a citizen need, what nobody thought of.
 */
static const entry_t WORDS[] = {
    /* dimensions */
    { "lifting", { "at løfte", "lifting" } },
    { "standing", { "at stå og gå", "standing and walking" } },
    { "fine-motor", { "fint håndarbejde", "fine work with the hands" } },
    { "pace", { "tempo", "pace" } },
    { "concentration", { "koncentration", "concentration" } },
    { "planning", { "overblik", "planning" } },
    { "independence", { "at arbejde selvstændigt", "working independently" } },
    { "teamwork", { "samarbejde", "teamwork" } },
    { "customer-contact", { "kundekontakt", "contact with customers" } },
    { "danish-spoken", { "at tale dansk", "speaking Danish" } },
    { "danish-written", { "at skrive dansk", "writing Danish" } },
    { "english-spoken", { "at tale engelsk", "speaking English" } },
    { "numbers", { "at regne", "numbers" } },
    { "computer", { "computer", "computers" } },
    { "driving", { "at køre bil", "driving" } },
    /* conditions of work */
    { "quiet", { "ro", "quiet" } },
    { "no-customers", { "arbejde uden kunder", "work without customers" } },
    { "flexible-start", { "fleksibel mødetid", "a flexible start of the day" } },
    { "sober-house", { "et hus uden alkohol og stoffer", "a house without alcohol and drugs" } },
    { "step-free", { "adgang uden trin", "step-free access" } },
    { "support-person", { "plads til en støtteperson", "room for a support person" } },
    { "short-days", { "korte dage", "short days" } },
    { "breaks", { "ekstra pauser", "extra breaks" } },
    { "fixed-tasks", { "faste opgaver", "fixed tasks" } },
    { "one-contact", { "én fast kontaktperson", "one person to turn to" } },
    { "small-team", { "et lille hold", "a small team" } },
    { "day-hours", { "arbejde om dagen", "work in the daytime" } },
    { "seated", { "siddende arbejde", "seated work" } },
};

const char *match_word (const char *word, match_language_t language)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp (WORDS[i].word, word) == 0)
            return WORDS[i].in[language];
    return word;
}

static const char *const DAYS[][2] = {
    { "mandag", "Monday" }, { "tirsdag", "Tuesday" }, { "onsdag", "Wednesday" }, { "torsdag", "Thursday" },
    { "fredag", "Friday" }, { "lørdag", "Saturday" }, { "søndag", "Sunday" },
};

void match_times_text (const week_t *times, match_language_t language, buffer_t *out)
{
    week_span_t span = { 0 };
    int told = 0, left = week_hours (times);
    for (; told < TIMES_TOLD_MAX && week_next (times, &span); told++) {
        buffer_printf (out, "%s%s %d-%d", told ? ", " : "", DAYS[span.day - 1][language], span.from_hour,
                       span.until_hour);
        left -= span.until_hour - span.from_hour;
    }
    if (left > 0)
        buffer_printf (out, language == MATCH_DANISH ? " og %d timer til" : " and %d hours more", left);
}

void match_minutes_text (int minutes, match_language_t language, buffer_t *out)
{
    buffer_printf (out, language == MATCH_DANISH ? "%d t." : "%d h", minutes / 60);
    if (minutes % 60)
        buffer_printf (out, " %d min%s", minutes % 60, language == MATCH_DANISH ? "." : "");
}

/* --- terms --- */

static void say_ability (const match_line_t *line, bool danish, const char *word, buffer_t *out)
{
    if (line->word[0] == '\0')
        buffer_append_text (out,
                            danish ? "Opgaverne kræver ikke noget særligt" : "The tasks ask for nothing in particular");
    else if (line->has == MATCH_NOT_STATED)
        buffer_printf (out,
                       danish ? "Opgaverne kræver %d i %s; det er ikke oplyst og regnes som %d"
                              : "The tasks ask for %d in %s; it is not stated and counts as %d",
                       line->asked, word, line->counted);
    else
        buffer_printf (out,
                       danish ? "Opgaverne kræver %d i %s; borgeren kan %d"
                              : "The tasks ask for %d in %s; the citizen can do %d",
                       line->asked, word, line->has);
}

static void say_hours (const match_line_t *line, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    buffer_append_text (out, danish ? "Jobbet er på " : "The job is ");
    match_minutes_text (line->asked, language, out);
    buffer_append_text (out, danish ? " om ugen; " : " a week; ");
    if (line->has == MATCH_NOT_STATED) {
        buffer_append_text (out, danish ? "det er ikke oplyst, hvor meget borgeren kan"
                                        : "how much the citizen can manage is not stated");
        return;
    }
    buffer_append_text (out, danish ? "borgeren kan " : "the citizen can manage ");
    match_minutes_text (line->has, language, out);
}

static void say_district (const match_line_t *line, bool danish, buffer_t *out)
{
    if (line->has == MATCH_NOT_STATED)
        buffer_append_text (out, danish ? "Borgerens bydel er ikke oplyst" : "The citizen's district is not stated");
    else if (line->has == line->asked)
        buffer_append_text (out, danish ? "Jobbet ligger i borgerens bydel" : "The job is in the citizen's district");
    else
        buffer_append_text (out, danish ? "Jobbet ligger i en anden bydel" : "The job is in another district");
}

static void say_waiting (const match_line_t *line, bool danish, buffer_t *out)
{
    if (danish)
        buffer_printf (out, "Borgeren har ventet %d %s", line->has, line->has == 1 ? "dag" : "dage");
    else
        buffer_printf (out, "The citizen has waited %d %s", line->has, line->has == 1 ? "day" : "days");
}

static void say_term (const match_line_t *line, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    switch (line->topic) {
    case MATCH_ABILITY:
        say_ability (line, danish, match_word (line->word, language), out);
        break;
    case MATCH_HOURS:
        say_hours (line, language, out);
        break;
    case MATCH_DISTRICT:
        say_district (line, danish, out);
        break;
    case MATCH_WAITING:
        say_waiting (line, danish, out);
        break;
    case MATCH_CONDITION:
    case MATCH_TIMES:
    case MATCH_AT_WORK:
    case MATCH_TRAVEL:
        break; /* only ever an exclusion */
    }
}

/* --- exclusions --- */

static void say_too_many_hours (const match_line_t *line, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    if (line->has == 0) {
        buffer_append_text (out, danish ? "Muligt, når borgeren igen har tid fri i ugen"
                                        : "Possible once the citizen has time free in the week again");
        return;
    }
    buffer_append_text (out, danish ? "Muligt, hvis jobbet er på højst " : "Possible if the job is at most ");
    match_minutes_text (line->has, language, out);
    buffer_append_text (out, danish ? " om ugen; det er på " : " a week; it is ");
    match_minutes_text (line->asked, language, out);
}

static void say_times (const match_line_t *line, match_language_t language, buffer_t *out)
{
    buffer_append_text (out, language == MATCH_DANISH ? "Muligt, hvis arbejdet ikke lå "
                                                      : "Possible if the work were not on ");
    match_times_text (&line->missing, language, out);
}

static void say_at_work (const match_line_t *line, match_language_t language, buffer_t *out)
{
    say_times (line, language, out);
    buffer_append_text (out, language == MATCH_DANISH ? ", hvor borgeren allerede er på arbejde"
                                                      : ", when the citizen is at work already");
}

static void say_travel (const match_line_t *line, bool danish, buffer_t *out)
{
    buffer_printf (out,
                   danish ? "Muligt, hvis vejen til arbejdet var højst %d minutter; den er %d%s"
                          : "Possible if the way to work were at most %d minutes; it is %d%s",
                   line->has, line->asked,
                   line->certain ? ""
                   : danish      ? " efter et skøn"
                                 : " by an estimate");
}

static void say_exclusion (const match_line_t *line, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    const char *word = match_word (line->word, language);
    switch (line->topic) {
    case MATCH_CONDITION:
        buffer_printf (out,
                       danish ? "Muligt, hvis arbejdspladsen kan tilbyde %s" : "Possible if the workplace can offer %s",
                       word);
        break;
    case MATCH_HOURS:
        say_too_many_hours (line, language, out);
        break;
    case MATCH_TIMES:
        say_times (line, language, out);
        break;
    case MATCH_AT_WORK:
        say_at_work (line, language, out);
        break;
    case MATCH_TRAVEL:
        say_travel (line, danish, out);
        break;
    case MATCH_ABILITY:
        buffer_printf (out,
                       danish ? "Muligt, hvis opgaverne kræver højst %d i %s; de kræver %d"
                              : "Possible if the tasks ask for at most %d in %s; they ask for %d",
                       line->enough, word, line->asked);
        break;
    case MATCH_DISTRICT:
    case MATCH_WAITING:
        break; /* exclude nobody */
    }
}

void match_line_name (const match_line_t *line, buffer_t *out)
{
    static const char *const NAMES[] = {
        [MATCH_CONDITION] = "condition", [MATCH_HOURS] = "hours",     [MATCH_TIMES] = "times",
        [MATCH_TRAVEL] = "travel",       [MATCH_ABILITY] = "ability", [MATCH_DISTRICT] = "district",
        [MATCH_WAITING] = "waiting",     [MATCH_AT_WORK] = "at-work",
    };
    buffer_append_text (out, NAMES[line->topic]);
    if (line->word[0] != '\0')
        buffer_printf (out, "/%s", line->word);
}

void match_line_text (const match_line_t *line, bool excludes, match_language_t language, buffer_t *out)
{
    if (excludes)
        say_exclusion (line, language, out);
    else
        say_term (line, language, out);
}
