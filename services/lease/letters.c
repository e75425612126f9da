/* Letters and lists: the templates, and writing one. What they are about is gathered in letter_facts.c. */
#include "lease/letters.h"

#include "base/ensure.h"
#include "contract/lease.handlers.h"

#include <inttypes.h>
#include <string.h>

enum { TEXT_MAX = 50000 /* letters.proto */ };

#define EVERY_LETTER "dato", "hus"
#define ABOUT_LEASE                                                                                                    \
    EVERY_LETTER, "adresse", "lejer", "cvr", "lejemål", "antal", "kontorpladser", "pladser", "fra", "til",             \
        "leje_pr_plads", "leje", "aconto", "depositum", "moms", "opsigelse"

static const char *const LEASE_NAMES[] = { ABOUT_LEASE, "svarfrist", NULL };
static const char *const RECEIPT_NAMES[] = { ABOUT_LEASE, "betaling", "modtaget", "beløb",
                                             "reference", "til_gode", "skyldig",  NULL };
static const char *const DEMAND_NAMES[] = { ABOUT_LEASE, "krav", "krævet", "beløb", "frist", NULL };
static const char *const ANSWER_NAMES[] = { EVERY_LETTER, "lejer", "cvr",         "antal", "kontorpladser", "nummer",
                                            "i_alt",      "siden", "begrundelse", "regel", "opskrivning",   NULL };
static const char *const ARREARS_NAMES[] = { EVERY_LETTER, "i_alt", NULL };
static const char *const WAITLIST_NAMES[] = { EVERY_LETTER, "i_alt", "regel", NULL };
static const char *const RENT_NAMES[] = { EVERY_LETTER, "måned", "i_alt", NULL };

static const char *const PAID_ROWS[] = { "post", "dækket", NULL };
static const char *const OWED_ROWS[] = { "post", "forfald", "skyldig", NULL };
static const char *const ARREARS_ROWS[] = { "lejer", "lejemål", "forfald", "skyldig", "påkrav", "frist", NULL };
static const char *const WAITLIST_ROWS[] = {
    "nummer", "lejer", "antal", "kontorpladser", "siden", "begrundelse", NULL
};
static const char *const RENT_ROWS[] = { "lejer", "lejemål", "periode", "leje", "aconto",
                                         "moms",  "forfald", "skyldig", NULL };

/* In the order of LetterKind. */
static const letter_kind_t KINDS[] = {
    [LEASE__LETTER_KIND__LEASE_OFFER] = { "offer.txt", LEASE_NAMES, NULL, letter_about_lease },
    [LEASE__LETTER_KIND__LEASE_CONTRACT] = { "contract.txt", LEASE_NAMES, NULL, letter_about_lease },
    [LEASE__LETTER_KIND__RECEIPT] = { "receipt.txt", RECEIPT_NAMES, PAID_ROWS, letter_about_payment },
    [LEASE__LETTER_KIND__DEMAND] = { "demand.txt", DEMAND_NAMES, OWED_ROWS, letter_about_demand },
    [LEASE__LETTER_KIND__WAITLIST_ANSWER] = { "waitlist_answer.txt", ANSWER_NAMES, NULL, letter_about_entry },
    [LEASE__LETTER_KIND__ARREARS_LIST] = { "arrears_list.txt", ARREARS_NAMES, ARREARS_ROWS, letter_arrears },
    [LEASE__LETTER_KIND__WAITLIST_LIST] = { "waitlist.txt", WAITLIST_NAMES, WAITLIST_ROWS, letter_waitlist },
    [LEASE__LETTER_KIND__RENT_LIST] = { "rent_list.txt", RENT_NAMES, RENT_ROWS, letter_rents },
};

static status_t find_kind (int number, const letter_kind_t **ret_kind, fault_t *reterr)
{
    if (number <= 0 || (size_t) number >= sizeof KINDS / sizeof KINDS[0])
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_LETTER_UNKNOWN", "there is no such letter");
    *ret_kind = &KINDS[number];
    return STATUS_OK;
}

static const char *template_of (txn_t *txn, int number)
{
    rows_t *row = txn_row (txn, "SELECT text FROM letter_template WHERE kind = $1", number);
    if (!row)
        return embedded_text (lease_texts, KINDS[number].file);
    const char *text = txn_text (txn, rows_text (row, 0));
    rows_close (row);
    return text;
}

/* --- gathering --- */

static void put_into (letter_fields_t *fields, const char *name, const char *text)
{
    size_t count = 0;
    while (fields->fields[count].name)
        count++;
    ensure (count < LETTER_FIELDS_MAX);
    fields->fields[count] = (letter_field_t){ name, text };
}

void letter_put (draft_t *draft, const char *name, const char *text)
{
    put_into (&draft->letter.own, name, txn_text (draft->txn, text));
}

void letter_put_number (draft_t *draft, const char *name, uint64_t number)
{
    put_into (&draft->letter.own, name, txn_format (draft->txn, "%" PRIu64, number));
}

void letter_next_row (draft_t *draft)
{
    letter_t *letter = &draft->letter;
    letter->rows = txn_grow (draft->txn, letter->rows, letter->n_rows, sizeof *letter->rows);
    letter->rows[letter->n_rows++] = (letter_fields_t){ 0 };
}

void letter_put_in_row (draft_t *draft, const char *name, const char *text)
{
    put_into (&draft->letter.rows[draft->letter.n_rows - 1], name, txn_text (draft->txn, text));
}

/* A letter of that kind with nothing in its fields: what a template is checked against. */
static letter_t empty_letter (const letter_kind_t *kind)
{
    letter_t letter = { .row_names = kind->row_names };
    for (const char *const *name = kind->names; *name; name++)
        put_into (&letter.own, *name, "");
    return letter;
}

/* --- methods --- */

status_t lease_write_letter (txn_t *txn, const Lease__WriteLetterRequest *request, Lease__WriteLetterReply *reply,
                             fault_t *reterr)
{
    const letter_kind_t *kind = NULL;
    letter_problem_t problem;
    owned_buffer text = BUFFER (TEXT_MAX);
    draft_t draft = { .txn = txn };
    status_t status = find_kind ((int) request->kind, &kind, reterr);
    if (status == STATUS_OK) {
        draft.letter.row_names = kind->row_names;
        status = kind->gather (&draft, request->about, request->month, reterr);
    }
    if (status != STATUS_OK)
        return status;
    if (!letter_write (template_of (txn, (int) request->kind), &draft.letter, &text, &problem))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_TEMPLATE_WRONG",
                      "line {line=%zu}, column {column=%zu}: {flaw=%s}{about=%s}", problem.line, problem.column,
                      problem.flaw, problem.about);
    if (text.overflowed)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "LEASE_LETTER_TOO_LONG", "it is over {most=%d} bytes",
                      TEXT_MAX);
    reply->text = txn_text (txn, buffer_text (&text));
    return STATUS_OK;
}

status_t lease_get_template (txn_t *txn, const Lease__GetTemplateRequest *request, Lease__GetTemplateReply *reply,
                             fault_t *reterr)
{
    const letter_kind_t *kind = NULL;
    status_t status = find_kind ((int) request->kind, &kind, reterr);
    if (status == STATUS_OK)
        reply->text = txn_text (txn, template_of (txn, (int) request->kind));
    return status;
}

status_t lease_set_template (txn_t *txn, const Lease__SetTemplateRequest *request, Lease__SetTemplateReply *reply,
                             fault_t *reterr)
{
    (void) reply;
    const letter_kind_t *kind = NULL;
    letter_problem_t problem;
    owned_buffer text = BUFFER (TEXT_MAX);
    status_t status = find_kind ((int) request->kind, &kind, reterr);
    if (status != STATUS_OK)
        return status;
    letter_t sample = empty_letter (kind);
    if (!letter_write (request->text, &sample, &text, &problem))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_TEMPLATE_WRONG",
                      "line {line=%zu}, column {column=%zu}: {flaw=%s}{about=%s}", problem.line, problem.column,
                      problem.flaw, problem.about);
    (void) txn_run (txn, "DELETE FROM letter_template WHERE kind = $1", (int) request->kind);
    if (request->text[0] != '\0')
        (void) txn_run (txn, "INSERT INTO letter_template (kind, set_at, text) VALUES ($1, $2, $3)",
                        (int) request->kind, txn_now (txn), request->text);
    return STATUS_OK;
}
