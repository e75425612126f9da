/*
 * A live reader of a service's feed, on a thread of its own: either one that only reads (and counts what it did not
 * get), or a follower, the real engine with a store on disk, for which an event has arrived when its commit has.
 */
#ifndef FYR_BENCH_FOLLOW_H
#define FYR_BENCH_FOLLOW_H

#include "kit.h"

typedef struct feed_reader feed_reader_t;

/* A follower where `store` is a path, of the service `owner`, with the key of `party`; returns when it has heard of the
 * owner and has all that the owner's log held until then. */
feed_reader_t *feed_reader_start (const char *keys, const char *party, const char *owner, const char *store);

/* Ends the thread. What it knows can be read until it is destroyed. */
void feed_reader_stop (feed_reader_t *self);
void feed_reader_destroy (feed_reader_t **self);

uint64_t feed_reader_records (const feed_reader_t *self); /* seen live */
uint64_t feed_reader_missed (const feed_reader_t *self);  /* numbers that no frame brought */

uint64_t feed_reader_position (const feed_reader_t *self); /* of a follower: on its disk; also while it runs */

/* Of a follower: when the event of journal row `seq` was on its disk (now_ns); 0: never. */
int64_t feed_reader_committed_at (const feed_reader_t *self, uint64_t seq);

/* Of a follower: how long it took to have what was there when it started, and how many events that was. */
int64_t feed_reader_caught_up_ns (const feed_reader_t *self);
uint64_t feed_reader_caught_up_events (const feed_reader_t *self);

#endif
