/*
 * The ten official districts (bydele) of Copenhagen (GEO-01), and what budget note TM157 says of each. That is
 * structure and not a yearly rule, so it stands here; figures such as population are loaded from
 * deploy/facts/districts.csv by those who need them. The note's "Bydækkende" and "Udenbys" are no districts.
 */
#ifndef FYR_DANISH_DISTRICT_H
#define FYR_DANISH_DISTRICT_H

#include <stdbool.h>

enum { DISTRICT_COUNT = 10 };

typedef struct {
    int number;       /* 1 to DISTRICT_COUNT */
    const char *name; /* official */
    const char *name_in_note;
    const char *area_in_note; /* the part that the note names; "" when it names none */
    bool in_note;             /* ticked: the initiative works there */
} district_t;

/* NULL for a number outside 1 to DISTRICT_COUNT. */
const district_t *district_by_number (int number);

/* By the official name or the note's, spelt as there; NULL when no district is called that. */
const district_t *district_by_name (const char *name);

#endif
