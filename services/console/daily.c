/* fyr lease ..., fyr guidance ... and so on: the day's work of each role, as a table from words to methods. */
#include "base/bytes.h"
#include "base/near.h"
#include "console/commands.h"
#include "console/daily_words.h"
#include "console/danish.h"
#include "console/import.h"
#include "console/names.h"
#include "console/render.h"
#include "console/say.h"
#include "console/story.h"
#include "console/text_field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_SIZE = 256, FILE_MAX = 64 * 1024 /* as much as a message holds */ };

bool daily_knows (const char *service)
{
    for (const daily_word_t *word = DAILY_WORDS; word->service; word++)
        if (strcmp (word->service, service) == 0)
            return true;
    return false;
}

static const daily_word_t *find_word (const char *service, const char *name)
{
    for (const daily_word_t *word = DAILY_WORDS; word->service; word++)
        if (strcmp (word->service, service) == 0 && strcmp (word->word, name) == 0)
            return word;
    return NULL;
}

static void print_words (FILE *out, const char *service)
{
    fprintf (out,
             "brug: fyr %s ORD ...; alle felter kan også skrives som --felt værdi; fyr %s ORD --help viser dem\n\n",
             service, service);
    for (const daily_word_t *word = DAILY_WORDS; word->service; word++)
        if (strcmp (word->service, service) == 0)
            fprintf (out, "  %-14s %-44s %s\n", word->word, word->fields, word->help);
    if (strcmp (service, "lease") == 0)
        fputs (
            "\nfyr lease import FIL --dry-run    lejere, pladser og lejemål fra en CSV-fil; --help siger, hvordan den"
            " ser ud\n",
            out);
    fprintf (out, "\nEt navn kan stå i stedet for et nummer, hvor kun én hedder sådan. --json giver JSON.\n");
}

/* The word that was meant, if one comes near. */
static int no_such_word (const settings_t *settings, const char *service, const char *wrong)
{
    const char *nearest = NULL;
    size_t least = (size_t) -1;
    for (const daily_word_t *word = DAILY_WORDS; word->service; word++) {
        size_t distance = near_distance (wrong, word->word);
        if (strcmp (word->service, service) == 0 && distance < least && near_enough (wrong, word->word)) {
            nearest = word->word;
            least = distance;
        }
    }
    return say_misused (settings, "", "fyr %s har intet ord %s%s%s%s; fyr %s --help viser dem", service, wrong,
                        nearest ? "; mente du " : "", nearest ? nearest : "", nearest ? "?" : "", service);
}

static void print_examples (FILE *out, const daily_word_t *word)
{
    for (const daily_example_t *example = DAILY_EXAMPLES; example->word; example++)
        if (strcmp (example->service, word->service) == 0 && strcmp (example->word, word->word) == 0)
            fprintf (out, "\nfor eksempel\n  fyr %s %s %s\n", word->service, word->word, example->arguments);
}

/* What may be written for an enum: its words, in Danish or as the contract has them. */
static void print_choices (FILE *out, const ProtobufCFieldDescriptor *field)
{
    const ProtobufCEnumDescriptor *words = field->type == PROTOBUF_C_TYPE_ENUM ? field->descriptor : NULL;
    for (unsigned v = 1; words && v < words->n_values; v++)
        fprintf (out, "%s%s", v == 1 ? ": " : ", ",
                 danish_word (words->values[v].name) ? danish_word (words->values[v].name) : words->values[v].name);
}

static void print_word (FILE *out, const daily_word_t *word, const method_t *method)
{
    char callers[FIELDS_SIZE];
    fprintf (out, "fyr %s %s %s\n  %s\n  %s (%s)\n\nfelter\n", word->service, word->word, word->fields, word->help,
             method_short_name (method), method_callers (method, callers, sizeof callers));
    for (unsigned i = 0; i < method->request->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &method->request->descriptor->fields[i];
        const field_rule_t *rule = &method->request->fields[i];
        const char *danish = danish_field (field->name);
        fprintf (out, "  --%-24s %s%s%s", field->name, danish ? danish : "", rule->required ? " (skal med)" : "",
                 rule->personal ? " (personlig)" : "");
        print_choices (out, field);
        fputc ('\n', out);
    }
    print_examples (out, word);
}

/* The name of the next field that words without a -- stand for; NULL when there are no more. */
static const char *next_field (const char **fields, char out[FIELDS_SIZE])
{
    size_t length = strcspn (*fields, " ");
    if (length == 0 || length >= FIELDS_SIZE)
        return NULL;
    memcpy (out, *fields, length);
    out[length] = '\0';
    *fields += length + ((*fields)[length] == ' ');
    return out;
}

/* --reason says why personal data is read, unless the request has a field of that name. */
static bool is_reason_for_reading (const message_rule_t *rule, const char *field)
{
    return strcmp (field, "reason") == 0 && !protobuf_c_message_descriptor_get_field_by_name (rule->descriptor, field);
}

/* "@FILE" stands for what the file holds, as with curl. NULL, and `reterr` filled, when
 * it cannot be read. Yours. */
static char *text_of_argument (const char *argument, fault_t *reterr)
{
    if (argument[0] != '@')
        return strdup (argument);
    FILE *file = fopen (argument + 1, "rb");
    buffer_t text = BUFFER (FILE_MAX);
    char chunk[4096];
    for (size_t size; file && (size = fread (chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append (&text, chunk, size);
    bool readable = file && !ferror (file) && !text.overflowed;
    if (file)
        fclose (file);
    char *copy = readable ? strdup (buffer_text (&text)) : NULL;
    buffer_clear (&text);
    if (!copy)
        (void) fault (reterr, STATUS_INVALID_ARGUMENT, "FILE_UNREADABLE", "{file=%s} cannot be read, or is too long",
                      argument + 1);
    return copy;
}

/* Whose names stand in a field: a letter is about what its kind says. */
static const char *named_as (json_t *request, const char *field)
{
    static const char *const ABOUT[][2] = { { "LEASE_OFFER", "lease" },
                                            { "LEASE_CONTRACT", "lease" },
                                            { "WAITLIST_ANSWER", "entry" } };
    const char *kind = json_string_value (json_object_get (request, "kind"));
    for (size_t i = 0; kind && strcmp (field, "about") == 0 && i < sizeof ABOUT / sizeof ABOUT[0]; i++)
        if (strcmp (kind, ABOUT[i][0]) == 0)
            return ABOUT[i][1];
    return field;
}

/* Words without a number in a field of ids are names. */
static status_t set_field (session_t *session, json_t *request, const char *service, const message_rule_t *rule,
                           const char *field, const char *text, fault_t *reterr)
{
    char ids[NAMES_TEXT_SIZE];
    if (names_know (service, named_as (request, field))) {
        status_t status = names_resolve (session, service, named_as (request, field), text, ids, reterr);
        if (status != STATUS_OK)
            return status;
        text = ids;
    }
    return text_field_set (request, rule, field, text, reterr);
}

/* Before anything is read: the names that stand before it may be personal. */
static void take_reason (session_t *session, const message_rule_t *rule, int argc, char **argv)
{
    for (int i = 0; i + 1 < argc; i++)
        if (strncmp (argv[i], "--", 2) == 0 && is_reason_for_reading (rule, argv[i++] + 2))
            session_because (session, argv[i]);
}

static status_t read_fields (session_t *session, json_t *request, const daily_word_t *word, const message_rule_t *rule,
                             int argc, char **argv, fault_t *reterr)
{
    const char *fields = word->fields;
    char name[FIELDS_SIZE];
    take_reason (session, rule, argc, argv);
    for (int i = 0; i < argc; i++) {
        const char *field = argv[i] + 2, *text = argv[i];
        if (strncmp (argv[i], "--", 2) != 0)
            field = next_field (&fields, name);
        else if (i + 1 < argc)
            text = argv[++i];
        if (!field)
            return fault (reterr, STATUS_INVALID_ARGUMENT, "FIELD_UNKNOWN", "{text=%s} is a word too many", text);
        if (is_reason_for_reading (rule, field))
            continue;
        char *value = text_of_argument (text, reterr);
        status_t status =
            value ? set_field (session, request, word->service, rule, field, value, reterr) : reterr->status;
        free (value);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* What was missing is easier to see beside how it should be. */
static int fail_word (const settings_t *settings, const daily_word_t *word, const fault_t *why)
{
    int ended = say_failed (settings, why);
    bool misused = strncmp (why->reason, "WIRE_", 5) == 0 || strncmp (why->reason, "FIELD_", 6) == 0 ||
                   strncmp (why->reason, "JSON_", 5) == 0;
    if (misused && !settings->json)
        fprintf (stderr, "brug: fyr %s %s %s    (--help viser felterne)\n", word->service, word->word, word->fields);
    return ended;
}

int command_daily (session_t *session, int argc, char **argv)
{
    const settings_t *settings = session_settings (session);
    page_t page;
    if (argc < 2 || strcmp (argv[1], "--help") == 0) {
        page_open (&page);
        print_words (page.out, argv[0]);
        return page_close (&page, settings);
    }
    const daily_word_t *word = find_word (argv[0], argv[1]);
    catalogue_entry_t entry;
    fault_t why = { 0 };
    if (!word && strcmp (argv[0], "lease") == 0 && strcmp (argv[1], "import") == 0)
        return import_file (session, argc - 2, argv + 2);
    if (!word)
        return no_such_word (settings, argv[0], argv[1]);
    if (catalogue_find (word->method, &entry, &why) != STATUS_OK)
        return say_failed (settings, &why);
    if (argc > 2 && strcmp (argv[2], "--help") == 0) {
        page_open (&page);
        print_word (page.out, word, entry.method);
        return page_close (&page, settings);
    }
    json_t *request = json_object (), *reply = NULL;
    status_t status = read_fields (session, request, word, entry.method->request, argc - 2, argv + 2, &why);
    if (status == STATUS_OK)
        status = session_call (session, entry, NULL, request, &reply, &why);
    if (status == STATUS_OK && !settings->json && strcmp (word->service, "lease") == 0)
        names_of_houses (session, reply);
    if (status == STATUS_OK && (settings->json || !story_tell (word->method, request, reply)))
        render_reply (entry.method->reply, reply, settings->json);
    json_decref (request);
    json_decref (reply);
    if (status != STATUS_OK)
        return fail_word (settings, word, &why);
    return EXIT_DONE;
}
