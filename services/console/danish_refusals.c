#include "console/danish.h"

#include "base/status.h"
#include "base/time.h"
#include "console/danish_sentences.h"
#include "danish/money.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sentence while it is written. */
typedef struct {
    char *text;
    size_t used;
    bool complete; /* every value it asked for was there */
} sentence_t;

static void add (sentence_t *self, const char *text)
{
    self->used += (size_t) snprintf (self->text + self->used, DANISH_SENTENCE_SIZE - self->used, "%s", text);
    if (self->used >= DANISH_SENTENCE_SIZE)
        self->used = DANISH_SENTENCE_SIZE - 1;
}

/* Of "days[2].from_day" as it is typed, and what tables call it. */
static void add_field (sentence_t *self, const char *path)
{
    char name[FAULT_TEXT_MAX];
    const char *dot = strrchr (path, '.');
    snprintf (name, sizeof name, "%s", dot ? dot + 1 : path);
    name[strcspn (name, "[")] = '\0';
    const char *danish = danish_field (name);
    add (self, danish ? danish : path);
    if (danish && strcmp (danish, path) != 0) {
        add (self, " (");
        add (self, path);
        add (self, ")");
    }
}

/* An instant is shown as the clock on the wall in Copenhagen shows it: 2026-05-18 10:00. */
static void add_value (sentence_t *self, const char *value)
{
    char local[ISO_DAY_SIZE + sizeof " 10:00"], day[ISO_DAY_SIZE];
    int64_t instant;
    if (strlen (value) != sizeof "2026-05-18T10:00:00Z" - 1 || !instant_parse (value, &instant)) {
        add (self, value);
        return;
    }
    int minute = copenhagen_minute (instant);
    snprintf (local, sizeof local, "%s %02d:%02d", day_text (copenhagen_day (instant), day), minute / 60 % 24,
              minute % 60);
    add (self, local);
}

/* `place` is what stands between the braces. */
static void fill (sentence_t *self, const char *place, size_t place_length, const char *values)
{
    char name[FAULT_TEXT_MAX], text[FAULT_TEXT_MAX], money[MONEY_TEXT_SIZE];
    size_t length = 0;
    snprintf (name, sizeof name, "%.*s", (int) place_length, place);
    bool plain = islower ((unsigned char) name[0]);
    const char *value = fault_value (values, plain ? name : name + 1, &length);
    snprintf (text, sizeof text, "%.*s", (int) length, value ? value : "");
    self->complete = self->complete && text[0];
    if (plain)
        add_value (self, text);
    else if (name[0] == '#')
        add_field (self, text);
    else if (name[0] == '$')
        add (self, money_text (strtoll (text, NULL, 10) * 100, money));
    else
        add (self, danish_phrase (text));
}

static bool write_sentence (const char *sentence, const char *values, char out[DANISH_SENTENCE_SIZE])
{
    sentence_t self = { .text = out, .complete = true };
    out[0] = '\0';
    while (*sentence) {
        char plain[DANISH_SENTENCE_SIZE];
        size_t length = strcspn (sentence, "{");
        snprintf (plain, sizeof plain, "%.*s", (int) length, sentence);
        add (&self, plain);
        sentence += length;
        if (*sentence == '\0')
            break;
        length = strcspn (sentence, "}");
        fill (&self, sentence + 1, length - 1, values);
        sentence += length + 1;
    }
    return self.complete;
}

const char *danish_refusal (const char *reason, const char *values, char out[DANISH_SENTENCE_SIZE])
{
    const char *sentence;
    for (size_t i = 0; (sentence = danish_sentence (reason, i)); i++)
        if (write_sentence (sentence, values, out))
            return out;
    return NULL;
}

const char *danish_caller (const char *name)
{
    return danish_phrase (name);
}

const char *danish_csv (const csv_problem_t *problem)
{
    switch (problem->fault) {
    case CSV_COMPLAINT:
        return problem->reason;
    case CSV_TOO_MANY_COLUMNS:
        return "flere kolonner, end der kan læses";
    case CSV_FIELD_TOO_LONG:
        return "feltet er for langt, eller dets anførselstegn lukkes ikke";
    case CSV_NOT_UTF8:
        return "teksten er ikke UTF-8";
    case CSV_QUOTE_OPEN:
        return "et anførselstegn åbnes og lukkes ikke";
    case CSV_TEXT_BEHIND_QUOTE:
        return "der står tekst efter det afsluttende anførselstegn";
    case CSV_QUOTE_INSIDE:
        return "et anførselstegn inde i et felt, der ikke begynder med et";
    case CSV_LONE_RETURN:
        return "et vognretur uden linjeskift";
    case CSV_NO_HEADER:
        return "filen er tom: den skal begynde med kolonnernes navne";
    case CSV_NAME_EMPTY:
        return "kolonnen har intet navn";
    case CSV_NAME_TWICE:
        return "to kolonner hedder det samme";
    case CSV_OTHER_COUNT:
        return "rækken har et andet antal felter end overskriften";
    }
    return problem->reason;
}
