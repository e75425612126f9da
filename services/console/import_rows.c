#include "console/import_rows.h"

#include "base/ensure.h"
#include "base/own.h"
#include "base/time.h"
#include "console/say.h"
#include "console/text_field.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 200, NAME_SIZE = 256, DESKS_IN_ROW_MAX = 50, COLUMNS_MAX = 12, REQUEST_ID_SIZE = 16 };

typedef enum { TENANTS, DESKS, LEASES, KIND_COUNT } import_kind_t;

static const struct {
    const char *name, *danish, *method;
    const char *required[3], *columns[COLUMNS_MAX];
} KINDS[KIND_COUNT] = {
    { "tenants", "lejere", "lease.Tenants/RegisterTenant", { "cvr", "name" }, { "cvr", "name" } },
    { "desks", "pladser", "lease.House/AddDesk", { "premises", "desk" }, { "premises", "desk", "from_day" } },
    { "leases",
      "lejemål",
      "lease.Leases/OfferLease",
      { "cvr", "desks", "from_day" },
      { "cvr", "desks", "from_day", "premises", "last_day", "monthly_rent_ore", "notice_months", "deposit_ore",
        "vat" } },
};

struct import {
    session_t *session;
    const csv_t *csv;
    import_kind_t kind;
    json_t *tenants;  /* cvr -> {tenant, name} */
    json_t *premises; /* name -> id */
    json_t *desks;    /* "PREMISES name" -> id, and "name" -> id, or 0 when several are called so */
    json_t *holders;  /* day -> {desk -> {tenant, lease, state}} */
    json_t *held;     /* desk -> what rows before this one take: [[from, last, line], ...] */
};

void import_destroy (import_t **self)
{
    if (!*self)
        return;
    json_decref ((*self)->tenants);
    json_decref ((*self)->premises);
    json_decref ((*self)->desks);
    json_decref ((*self)->holders);
    json_decref ((*self)->held);
    free (*self);
    *self = NULL;
}

const char *import_kind (const import_t *self)
{
    return KINDS[self->kind].name;
}

const char *import_kind_danish (const import_t *self)
{
    return KINDS[self->kind].danish;
}

static json_int_t id_in (json_t *object, const char *field)
{
    json_t *id = json_object_get (object, field);
    return json_is_string (id) ? strtoll (json_string_value (id), NULL, 10) : json_integer_value (id);
}

static const char *text_in (json_t *object, const char *field)
{
    const char *text = json_string_value (json_object_get (object, field));
    return text ? text : "";
}

/* --- what is in already --- */

typedef void (*take_t) (import_t *self, json_t *item, void *context);

/* Every item of a list, a page at a time where `id` says what the next page comes after. */
static status_t each (import_t *self, const char *method, json_t *request, const char *list, const char *id,
                      take_t take, void *context, fault_t *reterr)
{
    size_t count = PAGE, i;
    status_t status = STATUS_OK;
    while (status == STATUS_OK && count == PAGE) {
        json_t *reply = NULL, *item;
        status = session_ask (self->session, method, NULL, request, &reply, reterr);
        if (status != STATUS_OK)
            break;
        json_t *items = json_object_get (reply, list);
        count = id ? json_array_size (items) : 0;
        json_array_foreach (items, i, item) take (self, item, context);
        if (count)
            json_object_set_new (request, "after", json_integer (id_in (json_array_get (items, count - 1), id)));
        json_decref (reply);
    }
    json_decref (request);
    return status;
}

static void take_tenant (import_t *self, json_t *item, void *context)
{
    (void) context;
    json_object_set (self->tenants, text_in (item, "cvr"), item);
}

static void take_premises (import_t *self, json_t *item, void *context)
{
    (void) context;
    json_object_set_new (self->premises, text_in (item, "name"), json_integer (id_in (item, "premises")));
}

static const char *desk_key (json_int_t premises, const char *name, char out[NAME_SIZE])
{
    snprintf (out, NAME_SIZE, "%lld %.200s", (long long) premises, name);
    return out;
}

static void know_desk (import_t *self, json_int_t premises, const char *name, json_int_t desk)
{
    char key[NAME_SIZE];
    bool several = json_object_get (self->desks, name) != NULL;
    json_object_set_new (self->desks, desk_key (premises, name, key), json_integer (desk));
    json_object_set_new (self->desks, name, json_integer (several ? 0 : desk));
}

static void take_desk (import_t *self, json_t *item, void *context)
{
    (void) context;
    know_desk (self, id_in (item, "premises"), text_in (item, "name"), id_in (item, "desk"));
}

static void take_holder (import_t *self, json_t *item, void *context)
{
    (void) self;
    char key[32];
    snprintf (key, sizeof key, "%lld", (long long) id_in (item, "desk"));
    json_object_set (context, key, item);
}

static status_t read_lists (import_t *self, fault_t *reterr)
{
    status_t status = STATUS_OK;
    if (self->kind != DESKS)
        status = each (self, "lease.Tenants/ListTenants", json_pack ("{si}", "limit", PAGE), "tenants", "tenant",
                       take_tenant, NULL, reterr);
    if (self->kind != TENANTS && status == STATUS_OK)
        status = each (self, "lease.House/GetHouse", json_object (), "premises", NULL, take_premises, NULL, reterr);
    if (self->kind != TENANTS && status == STATUS_OK)
        status = each (self, "lease.House/ListDesks", json_pack ("{si}", "limit", PAGE), "desks", "desk", take_desk,
                       NULL, reterr);
    return status;
}

/* Who has each desk on a day. */
static status_t holders_on (import_t *self, const char *day, json_t **ret_holders, fault_t *reterr)
{
    *ret_holders = json_object_get (self->holders, day);
    if (*ret_holders)
        return STATUS_OK;
    json_object_set_new (self->holders, day, *ret_holders = json_object ());
    return each (self, "lease.House/ListDesks", json_pack ("{si, ss}", "limit", PAGE, "day", day), "desks", "desk",
                 take_holder, *ret_holders, reterr);
}

/* --- which kind of file --- */

static bool has_required (const csv_t *csv, import_kind_t kind)
{
    size_t column;
    for (size_t i = 0; i < 3 && KINDS[kind].required[i]; i++)
        if (!csv_column (csv, KINDS[kind].required[i], &column))
            return false;
    return true;
}

static bool knows_column (import_kind_t kind, const char *name)
{
    for (size_t i = 0; i < COLUMNS_MAX && KINDS[kind].columns[i]; i++)
        if (strcmp (KINDS[kind].columns[i], name) == 0)
            return true;
    return false;
}

/* Leases name their tenants as tenants do: the kind that asks for most is tried first. */
static bool find_kind (const csv_t *csv, import_kind_t *ret_kind, csv_problem_t *reterr)
{
    int kind = KIND_COUNT - 1;
    while (kind >= 0 && !has_required (csv, (import_kind_t) kind))
        kind--;
    if (kind < 0) {
        csv_complain (csv, 0, reterr,
                      "overskriften skal nævne cvr og name, premises og desk, eller cvr, desks og from_day");
        return false;
    }
    *ret_kind = (import_kind_t) kind;
    for (size_t i = 0; i < csv_columns (csv); i++)
        if (!knows_column (*ret_kind, csv_name (csv, i))) {
            csv_complain (csv, i, reterr, "%s har ingen kolonne %s", KINDS[kind].danish, csv_name (csv, i));
            return false;
        }
    return true;
}

import_t *import_new (session_t *session, const csv_t *csv, csv_problem_t *reterr_problem, fault_t *reterr)
{
    import_kind_t kind;
    if (!find_kind (csv, &kind, reterr_problem))
        return NULL;
    owned (import) self = calloc (1, sizeof *self);
    ensure (self);
    *self = (import_t){ session,        csv,           kind, json_object (), json_object (), json_object (),
                        json_object (), json_object () };
    return read_lists (self, reterr) == STATUS_OK ? give (self) : NULL;
}

/* --- one row --- */

typedef struct {
    import_t *import;
    bool dry_run;
    csv_problem_t *problem;
    fault_t *reterr;
} row_t;

static const char *cell (const import_t *self, const char *name)
{
    size_t column;
    return csv_column (self->csv, name, &column) ? csv_field (self->csv, column) : "";
}

#define bad(row, name, ...)                                                                                            \
    (csv_complain ((row)->import->csv, column_of ((row)->import, name), (row)->problem, __VA_ARGS__), IMPORT_BAD)

static size_t column_of (const import_t *self, const char *name)
{
    size_t column = 0;
    (void) csv_column (self->csv, name, &column);
    return column;
}

/* The column that a refusal is about: the one it names, or the one its reason speaks of. */
static const char *column_blamed (const import_t *self, const fault_t *why)
{
    static const char *const WORDS[][2] = {
        { "DESK", "desks" }, { "DESK", "desk" }, { "TENANT", "cvr" }, { "DAYS", "last_day" }, { "PREMISES", "premises" }
    };
    size_t column;
    for (size_t i = 0; i < COLUMNS_MAX && KINDS[self->kind].columns[i]; i++)
        if (strstr (why->message, KINDS[self->kind].columns[i]) &&
            csv_column (self->csv, KINDS[self->kind].columns[i], &column))
            return KINDS[self->kind].columns[i];
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strstr (why->reason, WORDS[i][0]) && csv_column (self->csv, WORDS[i][1], &column))
            return WORDS[i][1];
    return KINDS[self->kind].required[0];
}

static import_result_t refused (const row_t *row, const fault_t *why)
{
    if (status_is_fault (why->status) || why->status == STATUS_PERMISSION_DENIED) {
        *row->reterr = *why;
        return IMPORT_AWAY;
    }
    char text[SAY_WHY_SIZE];
    return bad (row, column_blamed (row->import, why), "%s", say_why (why, text));
}

/* The same content has the same request id, on whatever line and in whatever file it stands. */
static void make_request_id (const char *method, json_t *request, uint8_t out[REQUEST_ID_SIZE])
{
    char *text = json_dumps (request, JSON_COMPACT | JSON_SORT_KEYS);
    ensure (text);
    crypto_generichash_state state;
    crypto_generichash_init (&state, NULL, 0, REQUEST_ID_SIZE);
    crypto_generichash_update (&state, (const unsigned char *) "import", sizeof "import");
    crypto_generichash_update (&state, (const unsigned char *) method, strlen (method) + 1);
    crypto_generichash_update (&state, (const unsigned char *) text, strlen (text));
    crypto_generichash_final (&state, out, REQUEST_ID_SIZE);
    free (text);
}

static status_t carry_out (const row_t *row, const char *method, json_t *request, json_t **ret_reply, fault_t *reterr)
{
    uint8_t id[REQUEST_ID_SIZE];
    make_request_id (method, request, id);
    session_repeatable (row->import->session, id);
    return session_ask (row->import->session, method, NULL, request, ret_reply, reterr);
}

/* Cells of these columns as fields of the request. */
static import_result_t set_fields (const row_t *row, json_t *request, const message_rule_t *rule,
                                   const char *const *names)
{
    fault_t why = { 0 };
    char told[SAY_WHY_SIZE];
    for (size_t i = 0; names[i]; i++) {
        const char *text = cell (row->import, names[i]);
        if (text[0] && text_field_set (request, rule, names[i], text, &why) != STATUS_OK)
            return bad (row, names[i], "%s", say_why (&why, told));
    }
    return IMPORT_NEW;
}

static const message_rule_t *request_rule (const import_t *self, catalogue_entry_t *ret_entry)
{
    ensure (catalogue_find (KINDS[self->kind].method, ret_entry, NULL) == STATUS_OK);
    return ret_entry->method->request;
}

/* --- tenants --- */

static import_result_t import_tenant (const row_t *row, json_t *request)
{
    import_t *self = row->import;
    fault_t why = { 0 };
    catalogue_entry_t entry;
    json_t *reply = NULL, *known = json_object_get (self->tenants, cell (self, "cvr"));
    if (known && strcmp (text_in (known, "name"), cell (self, "name")) == 0)
        return IMPORT_KNOWN;
    if (known)
        return bad (row, "name", "lejeren med det CVR-nummer hedder %s", text_in (known, "name"));
    import_result_t result =
        set_fields (row, request, request_rule (self, &entry), (const char *const[]){ "cvr", "name", NULL });
    if (result != IMPORT_NEW)
        return result;
    if (session_check (self->session, entry, request, &why) != STATUS_OK ||
        (!row->dry_run && carry_out (row, KINDS[TENANTS].method, request, &reply, &why) != STATUS_OK))
        return refused (row, &why);
    json_object_set (self->tenants, cell (self, "cvr"), request);
    json_decref (reply);
    return IMPORT_NEW;
}

/* --- desks --- */

static import_result_t find_premises (const row_t *row, json_int_t *ret_premises)
{
    json_t *known = json_object_get (row->import->premises, cell (row->import, "premises"));
    if (!known)
        return bad (row, "premises", "intet hus hedder %s", cell (row->import, "premises"));
    *ret_premises = json_integer_value (known);
    return IMPORT_NEW;
}

static import_result_t import_desk (const row_t *row, json_t *request)
{
    import_t *self = row->import;
    fault_t why = { 0 };
    catalogue_entry_t entry;
    const message_rule_t *rule = request_rule (self, &entry);
    char key[NAME_SIZE], prefix[NAME_SIZE];
    const char *name = cell (self, "desk"), *number = name + strlen (name);
    json_int_t premises = 0;
    import_result_t result = find_premises (row, &premises);
    while (number > name && isdigit ((unsigned char) number[-1]))
        number--;
    if (result != IMPORT_NEW)
        return result;
    if (number == name || *number == '\0' || strlen (number) > 6 || *number == '0')
        return bad (row, "desk", "en plads hedder et ord og et tal: A12");
    if (json_object_get (self->desks, desk_key (premises, name, key)))
        return IMPORT_KNOWN;
    snprintf (prefix, sizeof prefix, "%.*s", (int) (number - name), name);
    json_object_set_new (request, "premises", json_integer (premises));
    json_object_set_new (request, "name_prefix", json_string (prefix));
    json_object_set_new (request, "number", json_integer (strtol (number, NULL, 10)));
    result = set_fields (row, request, rule, (const char *const[]){ "from_day", NULL });
    if (result != IMPORT_NEW)
        return result;
    json_t *reply = NULL;
    if (session_check (self->session, entry, request, &why) != STATUS_OK ||
        (!row->dry_run && carry_out (row, KINDS[DESKS].method, request, &reply, &why) != STATUS_OK))
        return refused (row, &why);
    know_desk (self, premises, name, id_in (reply, "desk"));
    json_decref (reply);
    return IMPORT_NEW;
}

/* --- leases --- */

static import_result_t find_desks (const row_t *row, json_t *ret_desks)
{
    import_t *self = row->import;
    json_int_t premises = 0;
    const char *text = cell (self, "desks");
    if (cell (self, "premises")[0] && find_premises (row, &premises) != IMPORT_NEW)
        return IMPORT_BAD;
    for (size_t length; *text; text += length + (text[length] == '|')) {
        char name[NAME_SIZE], key[NAME_SIZE];
        length = strcspn (text, "|");
        snprintf (name, sizeof name, "%.*s", (int) length, text);
        json_t *desk = json_object_get (self->desks, premises ? desk_key (premises, name, key) : name);
        if (!desk)
            return bad (row, "desks", "ingen plads hedder %s", name);
        if (json_integer_value (desk) == 0)
            return bad (row, "desks", "flere pladser hedder %s: en kolonne premises skal sige hvor", name);
        json_array_append (ret_desks, desk);
    }
    return IMPORT_NEW;
}

static int32_t day_in (json_t *request, const char *field, int32_t otherwise)
{
    int32_t day = otherwise;
    (void) day_parse (text_in (request, field), &day);
    return day;
}

/* Rows of this file before this one that take a desk on the same days. */
static import_result_t check_file (const row_t *row, json_t *request)
{
    int32_t from = day_in (request, "from_day", 0), last = day_in (request, "last_day", INT32_MAX);
    json_t *desk, *hold;
    size_t i, k;
    json_array_foreach (json_object_get (request, "desks"), i, desk)
    {
        char key[32];
        snprintf (key, sizeof key, "%lld", (long long) json_integer_value (desk));
        json_t *holds = json_object_get (row->import->held, key);
        json_array_foreach (
            holds, k, hold) if (json_integer_value (json_array_get (hold, 0)) <= last &&
                                json_integer_value (json_array_get (hold, 1)) >=
                                    from) return bad (row, "desks", "linje %lld tager en af pladserne på de samme dage",
                                                      (long long) json_integer_value (json_array_get (hold, 2)));
    }
    json_array_foreach (json_object_get (request, "desks"), i, desk)
    {
        char key[32];
        snprintf (key, sizeof key, "%lld", (long long) json_integer_value (desk));
        if (!json_object_get (row->import->held, key))
            json_object_set_new (row->import->held, key, json_array ());
        json_array_append_new (
            json_object_get (row->import->held, key),
            json_pack ("[I, I, I]", (json_int_t) from, (json_int_t) last, (json_int_t) csv_line (row->import->csv)));
    }
    return IMPORT_NEW;
}

/* IMPORT_KNOWN when one lease of the tenant has all the desks on its first day. *ret_begun: the offer was made, and
 * something came between it and the signature. */
static import_result_t check_holders (const row_t *row, json_t *request, bool *ret_begun, fault_t *reterr)
{
    json_t *holders = NULL, *desk;
    size_t i, let = 0, kept = 0;
    json_int_t lease = 0;
    if (holders_on (row->import, text_in (request, "from_day"), &holders, reterr) != STATUS_OK)
        return IMPORT_AWAY;
    json_array_foreach (json_object_get (request, "desks"), i, desk)
    {
        char key[32];
        snprintf (key, sizeof key, "%lld", (long long) json_integer_value (desk));
        json_t *holder = json_object_get (holders, key);
        if (id_in (holder, "tenant") != id_in (request, "tenant") || (lease && id_in (holder, "lease") != lease))
            return IMPORT_NEW;
        lease = id_in (holder, "lease");
        let += strcmp (text_in (holder, "state"), "LET") == 0;
        kept += strcmp (text_in (holder, "state"), "RESERVED") == 0;
    }
    *ret_begun = kept > 0;
    return let > 0 && kept == 0 ? IMPORT_KNOWN : IMPORT_NEW;
}

static import_result_t build_lease (const row_t *row, json_t *request, catalogue_entry_t *ret_entry)
{
    import_t *self = row->import;
    json_t *tenant = json_object_get (self->tenants, cell (self, "cvr")), *desks = json_array ();
    fault_t why = { 0 };
    const message_rule_t *rule = request_rule (self, ret_entry);
    json_object_set_new (request, "desks", desks);
    if (!tenant)
        return bad (row, "cvr", "ingen lejer har CVR-nummeret %s", cell (self, "cvr"));
    json_object_set_new (request, "tenant", json_integer (id_in (tenant, "tenant")));
    import_result_t result = find_desks (row, desks);
    if (result == IMPORT_NEW)
        result = set_fields (row, request, rule,
                             (const char *const[]){ "from_day", "last_day", "monthly_rent_ore", "notice_months",
                                                    "deposit_ore", "vat", NULL });
    if (result == IMPORT_NEW && session_check (self->session, *ret_entry, request, &why) != STATUS_OK)
        result = refused (row, &why);
    return result;
}

static import_result_t import_lease (const row_t *row, json_t *request)
{
    fault_t why = { 0 };
    catalogue_entry_t entry;
    bool begun = false;
    json_t *reply = NULL;
    import_result_t result = build_lease (row, request, &entry);
    if (result == IMPORT_NEW)
        result = check_holders (row, request, &begun, row->reterr);
    if (result == IMPORT_NEW)
        result = check_file (row, request);
    if (result != IMPORT_NEW)
        return result;
    if (!begun && session_ask (row->import->session, "lease.Leases/CheckOffer", NULL, request, &reply, &why))
        return refused (row, &why);
    json_decref (reply);
    if (row->dry_run)
        return IMPORT_NEW;
    json_t *offered = NULL, *signed_one = NULL, *sign = NULL;
    if (carry_out (row, KINDS[LEASES].method, request, &offered, &why) != STATUS_OK)
        return refused (row, &why);
    sign = json_pack ("{sI}", "lease", id_in (offered, "lease"));
    result = carry_out (row, "lease.Leases/SignLease", sign, &signed_one, &why) == STATUS_OK ? IMPORT_NEW
                                                                                             : refused (row, &why);
    json_decref (offered);
    json_decref (signed_one);
    json_decref (sign);
    return result;
}

import_result_t import_row (import_t *self, bool dry_run, csv_problem_t *ret_problem, fault_t *reterr)
{
    static import_result_t (*const ROWS[]) (const row_t *, json_t *) = { import_tenant, import_desk, import_lease };
    row_t row = { self, dry_run, ret_problem, reterr };
    json_t *request = json_object ();
    import_result_t result = ROWS[self->kind](&row, request);
    json_decref (request);
    return result;
}
