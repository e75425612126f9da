/*
 * The line that the record of the waiting list makes, while it is gone through again. It lies in pieces in the order of
 * the rule, found by comparing two entries directly (waitlist_rules.h): with other code than the line that stands,
 * which the database sorts by keys.
 *
 * What is written of an entry is written at once, of its pieces by replay_line_keep: before the transaction ends.
 */
#ifndef FYR_LEASE_WAITLIST_REPLAY_H
#define FYR_LEASE_WAITLIST_REPLAY_H

#include "lease/lease.h"

typedef struct {
    wish_t wish;
    bool has_offer;
} waiting_t;

typedef struct replay_line replay_line_t;

/* Holds until an entry comes or goes. */
typedef struct {
    size_t piece, index;
} replay_place_t;

/* Lives as long as the transaction. */
replay_line_t *replay_line_read (txn_t *txn, uint64_t replay, const waitlist_rule_t *rule);
void replay_line_keep (replay_line_t *self);

/* By another rule: goes through all of it. */
void replay_line_sort (replay_line_t *self, const waitlist_rule_t *rule);

void replay_line_enter (replay_line_t *self, const wish_t *wish);
void replay_line_leave (replay_line_t *self, replay_place_t place);
void replay_line_give_offer (replay_line_t *self, replay_place_t place);

bool replay_line_find (replay_line_t *self, uint64_t entry, replay_place_t *ret_place);
/* The first that has no offer and wishes for no more desks. */
bool replay_line_first (replay_line_t *self, uint32_t desks_most, replay_place_t *ret_place);
/* The `position`th, from 1. */
bool replay_line_at (replay_line_t *self, size_t position, replay_place_t *ret_place);

const wish_t *replay_line_wish (replay_line_t *self, replay_place_t place);
uint32_t replay_line_position (const replay_line_t *self, replay_place_t place); /* from 1 */
uint32_t replay_line_length (const replay_line_t *self);

#endif
