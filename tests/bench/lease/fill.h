/*
 * Ten years of a house, written straight into the tables: what is measured afterwards is what the service does on top.
 *
 * Two desks to a lease, two years to a lease, so each pair of desks has had five; one charge a month and one payment a
 * year for each. The first pair stands free. Ids lie below those that the service mints.
 */
#ifndef FYR_BENCH_LEASE_FILL_H
#define FYR_BENCH_LEASE_FILL_H

#include "store/store.h"

enum {
    FILL_YEARS = 10,
    FILL_LATE = 10,    /* leases with a month that is not paid, in a house of any size */
    FILL_WAITING = 200 /* in line, at least */
};

/* From 1 January ten years before `today_year`. False, with the store's failure, when it could not be written. */
void fill_house (store_t *store, int64_t desks, int today_year);

/* What the house manager wrote down in these years: rooms and bookings, tasks, partners, things lent, aid, promises. In
 * the transaction that fill_house began. */
void fill_days (store_t *store, int64_t desks, int today_year);
int64_t fill_rooms (int64_t desks); /* room 1 and on; seats as its number and three more */

/* What the service keeps counted, as the schema step does it for a database that stands. After the commit. */
bool fill_counts (store_t *store, fault_t *reterr);

/* The id of the lease that a pair of desks has now. */
uint64_t fill_lease (int64_t pair);
uint64_t fill_entry (int64_t n);

#endif
