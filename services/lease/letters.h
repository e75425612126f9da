/*
 * What the two rooms of letters share: letters.c has the templates, letter_facts.c what is put into them.
 */
#ifndef FYR_LEASE_LETTERS_H
#define FYR_LEASE_LETTERS_H

#include "lease/lease.h"
#include "lease/letter_rules.h"

/* A letter that is being gathered. Text put into it is copied. */
typedef struct {
    txn_t *txn;
    letter_t letter;
} draft_t;

typedef struct {
    const char *file;             /* of the template that came with the program (letters/) */
    const char *const *names;     /* of its fields, ended by NULL: all of them are put in, always */
    const char *const *row_names; /* of the fields of a row; NULL: it has no rows */
    status_t (*gather) (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr);
} letter_kind_t;

void letter_put (draft_t *draft, const char *name, const char *text);
void letter_put_number (draft_t *draft, const char *name, uint64_t number);
void letter_next_row (draft_t *draft);
void letter_put_in_row (draft_t *draft, const char *name, const char *text);

status_t letter_about_lease (draft_t *draft, uint64_t lease, int32_t month, fault_t *reterr);
status_t letter_about_payment (draft_t *draft, uint64_t payment, int32_t month, fault_t *reterr);
status_t letter_about_demand (draft_t *draft, uint64_t demand, int32_t month, fault_t *reterr);
status_t letter_about_entry (draft_t *draft, uint64_t entry, int32_t month, fault_t *reterr);
status_t letter_arrears (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr);
status_t letter_waitlist (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr);
status_t letter_rents (draft_t *draft, uint64_t about, int32_t month, fault_t *reterr);

#endif
