#include "console/import.h"

#include "base/csv.h"
#include "base/own.h"
#include "console/commands.h"
#include "console/danish.h"
#include "console/import_rows.h"
#include "console/say.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4 * 1024 * 1024 };

static const char USAGE[] =
    "fyr lease import FILE [--dry-run]    lejere, pladser og lejemål fra en CSV-fil (';' mellem kolonnerne, UTF-8)\n"
    "\n"
    "  cvr;name                                                         lejere\n"
    "  premises;desk;from_day                                           pladser: Fyrtårnet;A12;2026-02-01\n"
    "  cvr;desks;from_day;last_day;monthly_rent_ore;notice_months       lejemål, underskrevne: "
    "12345674;A1|A2;2025-09-01;;1.500,00;3\n"
    "  ... og af et lejemål også premises (når pladser hedder det samme i flere huse), deposit_ore, vat\n"
    "\n"
    "  Dage skrives som 2025-09-01 eller 1.9.2025, beløb i kroner som 1.400,00.\n"
    "  Kolonnerne kan stå i enhver orden, og de, der ikke kræves, kan udelades. --dry-run ser kun efter. Hver dårlig\n"
    "  række vises med linje, kolonne og grund; de gode kommer ind. Den samme fil igen ændrer intet.\n";

typedef struct {
    size_t rows, new_rows, known, bad;
    json_t *problems; /* for --json */
} tally_t;

typedef struct {
    session_t *session;
    const char *file;
    bool dry_run, talks; /* progress is shown to a person at a terminal only */
    csv_t *csv;
    import_t *import;
    tally_t tally;
} run_t;

/* --- telling --- */

static void complain (run_t *self, const csv_problem_t *problem)
{
    const char *reason = danish_csv (problem);
    if (self->talks)
        fputs ("\r\033[K", stderr);
    if (!session_settings (self->session)->json)
        fprintf (stderr, "%s:%zu: kolonne %zu: %s\n", self->file, problem->line, problem->column, reason);
    json_array_append_new (self->tally.problems, json_pack ("{sI, sI, ss}", "line", (json_int_t) problem->line,
                                                            "column", (json_int_t) problem->column, "reason", reason));
    self->tally.bad++;
}

static void show_progress (const run_t *self)
{
    if (self->talks)
        fprintf (stderr, "\r%s: %zu rækker, %zu nye, %zu inde i forvejen, %zu dårlige",
                 self->dry_run ? "ser efter" : "indlæser", self->tally.rows, self->tally.new_rows, self->tally.known,
                 self->tally.bad);
}

static int show_tally (run_t *self)
{
    const tally_t *tally = &self->tally;
    if (self->talks)
        fputs ("\r\033[K", stderr);
    if (session_settings (self->session)->json) {
        json_t *result =
            json_pack ("{ss*, sb, sI, sI, sI, sO}", "kind", self->import ? import_kind (self->import) : NULL, "dry_run",
                       self->dry_run, "rows", (json_int_t) tally->rows, "new", (json_int_t) tally->new_rows, "known",
                       (json_int_t) tally->known, "bad", tally->problems);
        say_json (result);
    } else if (self->import) {
        printf ("%s: %zu rækker; %zu %s, %zu inde i forvejen, %zu dårlige\n", import_kind_danish (self->import),
                tally->rows, tally->new_rows, self->dry_run ? "ville være nye" : "nye", tally->known, tally->bad);
    }
    return tally->bad ? EXIT_REFUSED : EXIT_DONE;
}

/* --- rows --- */

/* False with `reterr` filled when it is not the header that is wrong. */
static bool read_header (run_t *self, fault_t *reterr)
{
    csv_problem_t problem;
    if (csv_read_header (self->csv, &problem)) {
        self->import = import_new (self->session, self->csv, &problem, reterr);
        if (self->import || reterr->status != STATUS_OK)
            return self->import != NULL;
    }
    complain (self, &problem);
    return false;
}

/* False when the service is away: then nothing that follows would go better. */
static bool take_row (run_t *self, fault_t *reterr)
{
    csv_problem_t problem;
    switch (import_row (self->import, self->dry_run, &problem, reterr)) {
    case IMPORT_NEW:
        self->tally.new_rows++;
        return true;
    case IMPORT_KNOWN:
        self->tally.known++;
        return true;
    case IMPORT_BAD:
        complain (self, &problem);
        return true;
    case IMPORT_AWAY:
    default:
        return false;
    }
}

static bool take_rows (run_t *self, fault_t *reterr)
{
    csv_problem_t problem;
    csv_result_t result;
    bool goes_on = true;
    while (goes_on && (result = csv_next_row (self->csv, &problem)) != CSV_END) {
        self->tally.rows++;
        if (result == CSV_BAD_ROW)
            complain (self, &problem);
        else
            goes_on = take_row (self, reterr);
        show_progress (self);
    }
    return goes_on;
}

static bool read_whole (const char *path, buffer_t *out)
{
    FILE *file = fopen (path, "r");
    char chunk[8192];
    size_t size;
    while (file && (size = fread (chunk, 1, sizeof chunk, file)) > 0)
        buffer_append (out, chunk, size);
    bool whole = file && !ferror (file) && !out->overflowed;
    if (file)
        fclose (file);
    return whole;
}

static int run (run_t *self)
{
    fault_t why = { 0 };
    if (!read_header (self, &why))
        return why.status == STATUS_OK ? show_tally (self) : say_failed (session_settings (self->session), &why);
    if (take_rows (self, &why))
        return show_tally (self);
    if (self->talks)
        fputc ('\n', stderr);
    if (!session_settings (self->session)->json)
        fprintf (stderr, "%s:%zu: standset her, og den samme fil igen går videre\n", self->file, csv_line (self->csv));
    return say_failed (session_settings (self->session), &why);
}

int import_file (session_t *session, int argc, char **argv)
{
    run_t self = { .session = session, .talks = isatty (STDERR_FILENO) && !session_settings (session)->json };
    for (int i = 0; i < argc; i++) {
        if (strcmp (argv[i], "--help") == 0)
            return say_help (session_settings (session), USAGE);
        if (strcmp (argv[i], "--dry-run") == 0)
            self.dry_run = true;
        else if (self.file || argv[i][0] == '-')
            return say_misused (session_settings (session), USAGE, "én fil, og --dry-run");
        else
            self.file = argv[i];
    }
    if (!self.file)
        return say_misused (session_settings (session), USAGE, "sig hvilken fil");
    owned_buffer text = BUFFER (FILE_MAX);
    if (!read_whole (self.file, &text)) {
        fault_t why = { 0 };
        (void) fault (&why, STATUS_INVALID_ARGUMENT, "FILE_UNREADABLE", "{file=%s} cannot be read, or is over 4 MB",
                      self.file);
        (void) say_failed (session_settings (session), &why);
        return EXIT_USAGE;
    }
    owned (csv) csv = csv_new (buffer_bytes (&text), ';');
    self.csv = csv;
    self.tally.problems = json_array ();
    int ended = run (&self);
    import_destroy (&self.import);
    json_decref (self.tally.problems);
    return ended;
}
