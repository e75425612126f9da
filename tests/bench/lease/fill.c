#include "fill.h"

#include "base/time.h"

#include <string.h>

extern const migration_t lease_migrations[];

/* Numbers 0 to $1 - 1. */
#define NUMBERS "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1) "

enum {
    LEASES_OF_PAIR = 5,
    LEASE_BASE = 10000000,
    CHARGE_BASE = 100000000,
    ENTRY_BASE = 50000000,
    OFFER_BASE = 51000000,
    RECORD_BASE = 52000000
};

uint64_t fill_lease (int64_t pair)
{
    return LEASE_BASE + (uint64_t) pair * LEASES_OF_PAIR + LEASES_OF_PAIR - 1;
}

uint64_t fill_entry (int64_t n)
{
    return ENTRY_BASE + (uint64_t) n;
}

static void fill_desks (store_t *store, int64_t desks, int32_t first_day)
{
    (void) store_run (store,
                      "INSERT INTO premises (id, name, address, district, step_free, monthly_rent_ore, notice_months)"
                      " VALUES (1, 'Huset', '', 8, 1, 150000, 3)");
    (void) store_run (store,
                      "INSERT INTO tenant (id, cvr, name) " NUMBERS
                      "SELECT 1000000 + i, printf ('%08d', i), 'Virksomhed ' || i FROM n",
                      desks / 2 + FILL_WAITING + desks / 10);
    (void) store_run (store,
                      "INSERT INTO desk (id, premises, prefix, number, from_day, free_from) " NUMBERS
                      "SELECT 100 + i, 1, 'P', i + 1, $2, CASE WHEN i < 2 THEN $2 END FROM n",
                      desks, first_day);
}

/* Lease k of a pair begins 2 k years after the first day; the newest has no end. */
static void fill_leases (store_t *store, int64_t pairs, int first_year)
{
    for (int k = 0; k < LEASES_OF_PAIR; k++) {
        bool newest = k == LEASES_OF_PAIR - 1;
        int32_t from = day_from_civil ((civil_t){ first_year + 2 * k, 1, 1 });
        int32_t next = day_from_civil ((civil_t){ first_year + 2 * k + 2, 1, 1 });
        sql_value_t last = newest ? SQL_NOTHING : sql_integer (next - 1);
        (void) store_run (store,
                          "INSERT INTO lease (id, tenant, premises, state, desks, from_day, last_day, notice_months,"
                          " deposit_ore, vat, charged_until) " NUMBERS
                          "SELECT $2 + 5 * i, 1000000 + i, 1, $3, 2, $4, $5, 3, 0, 0, $6 FROM n WHERE i > 0",
                          pairs, LEASE_BASE + k, newest ? 3 : 5, from, last, next - 1);
        (void) store_run (store,
                          "INSERT INTO lease_price (lease, from_day, monthly_rent_ore, monthly_costs_ore) " NUMBERS
                          "SELECT $2 + 5 * i, $3, 150000, 20000 FROM n WHERE i > 0",
                          pairs, LEASE_BASE + k, from);
        for (int desk = 0; desk < 2; desk++)
            (void) store_run (store,
                              "INSERT INTO desk_hold (desk, lease, from_day, last_day, stands) " NUMBERS
                              "SELECT $2 + 2 * i, $3 + 5 * i, $4, $5, 1 FROM n WHERE i > 0",
                              pairs, 100 + desk, LEASE_BASE + k, from, last);
    }
}

/* Month by month, as charge runs do; all paid, but for the last month of the first few. */
static void fill_charges (store_t *store, int64_t pairs, int first_year)
{
    for (int m = 0; m < 12 * FILL_YEARS; m++) {
        int32_t month = 12 * first_year + m, first = month_first_day (month);
        (void) store_run (store,
                          "INSERT INTO charge (id, lease, kind, month, from_day, last_day, amount_ore, costs_ore,"
                          " vat_ore, due_day, timely_until, open_ore) " NUMBERS
                          "SELECT $2 + i, $3 + 5 * i, 1, $4, $5, $6, 300000, 40000, 0, $5, $5 + 5,"
                          " CASE WHEN $7 = 1 AND i <= $8 THEN 340000 ELSE 0 END FROM n WHERE i > 0",
                          pairs, CHARGE_BASE + pairs * m, LEASE_BASE + m / 24, month, first, month_last_day (month),
                          m == 12 * FILL_YEARS - 2, FILL_LATE);
        if (m % 12 == 11)
            (void) store_run (store,
                              "INSERT INTO credit (id, lease, kind, day, amount_ore, costs_ore, left_ore, paid_out_ore,"
                              " reference) " NUMBERS
                              "SELECT $2 + i, $3 + 5 * i, 1, $4, 4080000, 0, 0, 0, 'K' || ($2 + i) FROM n"
                              " WHERE i > 0",
                              pairs, CHARGE_BASE + pairs * m, LEASE_BASE + m / 24, first);
        (void) store_run (store, "INSERT INTO rent_month (premises, month, rent_ore) VALUES (1, $1, $2)", month,
                          300000 * pairs);
    }
}

/* A line, and nine times as many that have left it: they were offered a desk and refused. Those in line wish for more
 * than stands free. */
static void fill_waitlist (store_t *store, int64_t waiting, int64_t pairs, int32_t day)
{
    int64_t made_at = (int64_t) day * 86400000;
    (void) store_run (store,
                      "INSERT INTO waitlist_entry (id, tenant, desks, since_day, turn, hours, lapses, key1, key2, key3,"
                      " has_offer, has_left) " NUMBERS
                      "SELECT $2 + i, 1000000 + $3 + i % ($1 / 10), CASE WHEN i < $1 / 10 THEN 50 ELSE 1 END, $4,"
                      " $2 + i, 0, 0, $4, 0, 0, 0, i >= $1 / 10 FROM n",
                      10 * waiting, ENTRY_BASE, pairs, day);
    (void) store_run (
        store,
        "INSERT INTO waitlist_offer (id, entry, desks, made_day, made_at, expires_at, state, reason) " NUMBERS
        "SELECT $2 + i, $3 + i, 1, $4, $5, $5 + 1, 3, 'nej' FROM n WHERE i >= $1 / 10",
        10 * waiting, OFFER_BASE, ENTRY_BASE, day, made_at);
    (void) store_run (store,
                      "INSERT INTO waitlist_record (id, at, what, entry, offer, since_day, free) " NUMBERS
                      "SELECT $2 + 3 * i + k, $5, column2, $3 + i, CASE WHEN k > 0 THEN $4 + i END,"
                      " CASE WHEN k = 0 THEN $6 ELSE 0 END, CASE WHEN k = 1 THEN 1 ELSE 0 END"
                      " FROM n JOIN (SELECT column1 AS k, column2 FROM (VALUES (0, 1), (1, 2), (2, 4)))"
                      " ON k = 0 OR i >= $1 / 10",
                      10 * waiting, RECORD_BASE, ENTRY_BASE, OFFER_BASE, made_at, day);
}

void fill_house (store_t *store, int64_t desks, int today_year)
{
    int first_year = today_year - FILL_YEARS;
    int64_t waiting = FILL_WAITING + desks / 10;
    store_begin (store);
    fill_desks (store, desks, day_from_civil ((civil_t){ first_year, 1, 1 }));
    fill_leases (store, desks / 2, first_year);
    fill_charges (store, desks / 2, first_year);
    fill_waitlist (store, waiting, desks / 2, day_from_civil ((civil_t){ today_year - 1, 6, 1 }));
}

bool fill_counts (store_t *store, fault_t *reterr)
{
    static const char *const MADE[] = { "DROP TABLE house_day",
                                        "DROP TABLE house_month",
                                        "DROP TABLE desk_gap",
                                        "DROP TABLE waitlist_piece",
                                        "DROP INDEX waitlist_by_wish",
                                        "DROP INDEX lease_to_charge_in_house",
                                        "CREATE INDEX waitlist_without_offer ON waitlist_entry (key1)" };
    const migration_t *step = lease_migrations;
    while (!strstr (step->name, "counts"))
        step++;
    store_begin (store);
    for (size_t i = 0; i < sizeof MADE / sizeof MADE[0]; i++)
        (void) store_run (store, MADE[i]);
    return store_commit (store, reterr) == STATUS_OK &&
           store_migrate (store, "again", (migration_t[]){ { 1, step->name, step->sql }, { 0 } }, reterr) == STATUS_OK;
}
