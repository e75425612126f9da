/*
 * Who is before whom on the waiting list. Pure: the same for whoever asks, now and when the record is gone through
 * again. The service keeps its line sorted by keys in the database (waitlist.c); this compares two entries directly, so
 * the two ways check each other.
 */
#ifndef FYR_LEASE_WAITLIST_RULES_H
#define FYR_LEASE_WAITLIST_RULES_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Same numbers as Criterion in waitlist.proto. */
typedef enum {
    CRITERION_NONE = 0,
    CRITERION_JOINED_DAY = 1,
    CRITERION_SOCIAL_RETURN = 2,
    CRITERION_LARGEST_FIT = 3,
    CRITERION_SMALLEST_FIT = 4,
} criterion_t;

enum { CRITERIA_MAX = 3 };

typedef struct {
    uint64_t id;
    criterion_t criteria[CRITERIA_MAX];
    uint32_t offer_days;
} waitlist_rule_t;

/* What the rule may ask of an entry. */
typedef struct {
    uint64_t entry;
    uint32_t desks;
    uint32_t hours;  /* a week, promised */
    uint32_t lapses; /* offers that it let expire: by all criteria but the day, who has fewer is before */
    int32_t since_day;
    uint64_t turn; /* rises with every joining and every expiry */
} wish_t;

bool waitlist_before (const waitlist_rule_t *rule, const wish_t *a, const wish_t *b);

/* In Danish: the rule as it is published, and why `behind` stands behind `ahead`, who is called `name`. */
void waitlist_publish (const waitlist_rule_t *rule, buffer_t *out);
void waitlist_explain (const waitlist_rule_t *rule, const wish_t *ahead, const char *name, const wish_t *behind,
                       buffer_t *out);

#endif
