#include "console/script.h"

#include "base/bytes.h"
#include "base/csv.h"
#include "base/ensure.h"
#include "base/own.h"
#include "base/time.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 4 * 1024 * 1024, PATH_SIZE = 4096, METHOD_SIZE = 160 };

struct script {
    sheet_t *sheets;
    size_t n_sheets;
    act_t *acts;
    size_t n_acts;
    FILE *complaints;
    char first[MESSAGE_MAX]; /* of the complaints about the sheet that is read */
};

void script_destroy (script_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->n_sheets; i++)
        free ((*self)->sheets[i].file);
    for (size_t i = 0; i < (*self)->n_acts; i++)
        json_decref ((*self)->acts[i].cells);
    free ((*self)->sheets);
    free ((*self)->acts);
    free (*self);
    *self = NULL;
}

/* "010-lease.Tenants.RegisterTenant.csv" means "lease.Tenants/RegisterTenant". */
static bool method_of_file (const char *file, catalogue_entry_t *ret_entry, fault_t *reterr)
{
    char method[METHOD_SIZE];
    const char *name = strrchr (file, '/') ? strrchr (file, '/') + 1 : file;
    while (isdigit ((unsigned char) *name))
        name++;
    if (*name == '-')
        name++;
    size_t length = strlen (name) - strlen (".csv");
    if (length >= sizeof method)
        return false;
    memcpy (method, name, length);
    method[length] = '\0';
    char *last_dot = strrchr (method, '.');
    if (last_dot)
        *last_dot = '/';
    return catalogue_find (method, ret_entry, reterr) == STATUS_OK;
}

static bool read_time (const char *text, int64_t *ret_at)
{
    char date[ISO_DAY_SIZE], end;
    int hour = 8, minute = 0;
    int32_t day;
    *ret_at = 0;
    if (text[0] == '\0' || instant_parse (text, ret_at))
        return true;
    int parts = sscanf (text, "%10[0-9-] %2d:%2d%c", date, &hour, &minute, &end);
    bool whole = parts == 3 || (parts == 1 && strcmp (text, date) == 0);
    if (!whole || !day_parse (date, &day) || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *ret_at = copenhagen_instant (day, 60 * hour + minute);
    return true;
}

static void add_act (script_t *self, act_t act)
{
    if ((self->n_acts & (self->n_acts - 1)) == 0) {
        self->acts = realloc (self->acts, (self->n_acts ? 2 * self->n_acts : 1) * sizeof *self->acts);
        ensure (self->acts);
    }
    self->acts[self->n_acts++] = act;
}

static void complain (script_t *self, const csv_problem_t *problem)
{
    char text[MESSAGE_MAX];
    snprintf (text, sizeof text, "%s:%zu: column %zu: %s", self->sheets[self->n_sheets - 1].file, problem->line,
              problem->column, problem->reason);
    if (self->complaints)
        fprintf (self->complaints, "%s\n", text);
    if (!self->first[0])
        memcpy (self->first, text, sizeof text);
}

static bool add_row (script_t *self, const csv_t *csv)
{
    act_t act = { .sheet = self->n_sheets - 1, .line = csv_line (csv), .cells = json_object () };
    for (size_t i = 0; i < csv_count (csv); i++)
        json_object_set_new (act.cells, csv_name (csv, i), json_string (csv_field (csv, i)));
    const char *at = json_string_value (json_object_get (act.cells, "at"));
    if (!read_time (at ? at : "", &act.at)) {
        size_t column = 0;
        csv_problem_t problem;
        (void) csv_column (csv, "at", &column);
        csv_complain (csv, column, &problem, "expected a time like \"2026-03-02 09:00\"");
        complain (self, &problem);
        json_decref (act.cells);
        return false;
    }
    add_act (self, act);
    return true;
}

static status_t read_rows (script_t *self, const char *file, csv_t *csv, fault_t *reterr)
{
    csv_problem_t problem;
    csv_result_t result;
    size_t bad = 0;
    self->first[0] = '\0';
    if (!csv_read_header (csv, &problem))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "SCRIPT_BAD_ROW", "%s:%zu: column %zu: %s", file, problem.line,
                      problem.column, problem.reason);
    while ((result = csv_next_row (csv, &problem)) != CSV_END) {
        if (result == CSV_BAD_ROW)
            complain (self, &problem);
        bad += result == CSV_BAD_ROW || !add_row (self, csv);
    }
    return bad ? fault (reterr, STATUS_INVALID_ARGUMENT, "SCRIPT_BAD_ROW", "%zu rows cannot be read; the first: %s",
                        bad, self->first)
               : STATUS_OK;
}

static status_t read_whole (const char *path, buffer_t *out, fault_t *reterr)
{
    FILE *file = fopen (path, "r");
    char chunk[8192];
    size_t size;
    while (file && (size = fread (chunk, 1, sizeof chunk, file)) > 0)
        buffer_append (out, chunk, size);
    bool failed = !file || ferror (file) || out->overflowed;
    if (file)
        fclose (file);
    return failed ? fault (reterr, STATUS_UNAVAILABLE, "SCRIPT_UNREADABLE", "cannot read %s", path) : STATUS_OK;
}

static status_t read_sheet (script_t *self, const char *path, fault_t *reterr)
{
    fault_t why = { 0 };
    sheet_t sheet = { 0 };
    if (!method_of_file (path, &sheet.entry, &why))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "SCRIPT_BAD_FILE", "%s names no method: %s", path, why.message);
    owned_buffer text = BUFFER (FILE_MAX);
    if (read_whole (path, &text, reterr) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    sheet.file = strdup (path);
    self->sheets = realloc (self->sheets, (self->n_sheets + 1) * sizeof *self->sheets);
    ensure (self->sheets && sheet.file);
    self->sheets[self->n_sheets++] = sheet;
    owned (csv) csv = csv_new (buffer_bytes (&text), ';');
    return read_rows (self, path, csv, reterr);
}

static int is_csv (const struct dirent *entry)
{
    const char *dot = strrchr (entry->d_name, '.');
    return dot && strcmp (dot, ".csv") == 0;
}

static status_t read_folder (script_t *self, const char *folder, fault_t *reterr)
{
    struct dirent **names = NULL;
    int count = scandir (folder, &names, is_csv, alphasort);
    if (count < 0)
        return fault (reterr, STATUS_UNAVAILABLE, "SCRIPT_UNREADABLE", "cannot read the folder %s", folder);
    status_t status = STATUS_OK;
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        snprintf (path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (status == STATUS_OK)
            status = read_sheet (self, path, reterr);
        free (names[i]);
    }
    free (names);
    return status;
}

/* By time, then by the number in the file's name, then by line: what has no time comes first. */
static int by_time (const void *a, const void *b)
{
    const act_t *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->sheet != y->sheet)
        return x->sheet < y->sheet ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

script_t *script_load (char *const *folders, size_t count, FILE *complaints, fault_t *reterr)
{
    owned (script) self = calloc (1, sizeof *self);
    ensure (self);
    self->complaints = complaints;
    for (size_t i = 0; i < count; i++)
        if (read_folder (self, folders[i], reterr) != STATUS_OK)
            return NULL;
    if (self->n_acts)
        qsort (self->acts, self->n_acts, sizeof *self->acts, by_time);
    return give (self);
}

size_t script_count (const script_t *self)
{
    return self->n_acts;
}

const act_t *script_act (const script_t *self, size_t index)
{
    ensure (index < self->n_acts);
    return &self->acts[index];
}

const sheet_t *script_sheet (const script_t *self, const act_t *act)
{
    return &self->sheets[act->sheet];
}
