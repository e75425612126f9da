#include "fill.h"

#include "base/time.h"

/* Numbers 0 to $1 - 1. */
#define NUMBERS "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1) "

enum { OTHERS_BASE = 70000000, RETURNING = 20, MS_PER_HOUR = 3600000 };

int64_t fill_rooms (int64_t desks)
{
    return 3 + desks / 500;
}

/* Two bookings a day in each room, for the years that were and a month more. */
static void fill_bookings (store_t *store, int64_t rooms, int32_t first_day)
{
    (void) store_run (store,
                      "INSERT INTO room (id, premises, name, seats, step_free) " NUMBERS
                      "SELECT i + 1, 1, 'Rum ' || i, i + 4, 1 FROM n",
                      rooms);
    (void) store_run (store, "UPDATE premises SET rooms = $1", rooms);
    (void) store_run (store, "INSERT INTO room_equipment (room, name) " NUMBERS "SELECT i + 1, 'projektor' FROM n",
                      rooms);
    for (int weekday = 1; weekday <= 8; weekday++)
        (void) store_run (store, "INSERT INTO opening VALUES (1, $1, 0, 1440)", weekday);
    (void) store_run (store,
                      "INSERT INTO booking (id, room, starts_at, ends_at, title, booked_by, tenant) " NUMBERS
                      "SELECT $2 + $1 * (room.id - 1) + i, room.id, begins, begins + $3, 'Møde', 'tmf_desk',"
                      " 1000001 + i % 20 FROM (SELECT i, ($4 + i / 2) * 86400000 + (9 + 4 * (i % 2)) * $3 AS begins"
                      "   FROM n) AS day JOIN room",
                      2 * (FILL_YEARS * 365 + 45), OTHERS_BASE, MS_PER_HOUR, first_day);
}

static void fill_tasks (store_t *store, int64_t desks, int32_t first_day)
{
    (void) store_run (store,
                      "INSERT INTO task (id, kind, title, owner, due_day, repeat_months, opened_day, closed_day,"
                      " outcome) " NUMBERS
                      "SELECT $2 + i, 1 + i % 3, 'Lampe', 'medarbejder' || i % 10, $3 + i % 3600, 0,"
                      " $3, $3 + i % 3600, 'skiftet' FROM n",
                      20 * desks, OTHERS_BASE, first_day);
    (void) store_run (store,
                      "INSERT INTO task (id, kind, title, owner, due_day, repeat_months, opened_day) " NUMBERS
                      "SELECT $2 + i, 1 + i % 3, 'Lampe', 'medarbejder' || i % 10, $3 + i % 60, 0, $3 FROM n",
                      30 + desks / 50, OTHERS_BASE + 20 * desks, first_day + 365 * FILL_YEARS);
}

static void fill_partners (store_t *store, int64_t desks, int32_t first_day)
{
    (void) store_run (store, "INSERT INTO partner (id, kind, name) " NUMBERS "SELECT $2 + i, 1, 'Partner ' || i FROM n",
                      10 + desks / 1000, OTHERS_BASE);
    (void) store_run (store,
                      "INSERT INTO meeting (id, partner, day, about, agreed, next_day) " NUMBERS
                      "SELECT $2 + i + 1000 * (partner.id - $2), partner.id, $3 + 30 * i, 'Cykler', '', NULL"
                      " FROM n JOIN partner",
                      12 * FILL_YEARS, OTHERS_BASE, first_day);
    (void) store_run (store, "UPDATE partner SET meetings = $1", 12 * FILL_YEARS);
    (void) store_run (store,
                      "INSERT INTO initiative (id, partner, title, purpose, district, start_day, end_day, outcome,"
                      " result) " NUMBERS
                      "SELECT $2 + i, $2 + i % 10, 'Værksted', 'Småjob', 3, $3, CASE WHEN i > 20 THEN"
                      " $3 + 90 END, CASE WHEN i > 20 THEN 1 END, CASE WHEN i > 20 THEN 'x' END FROM n",
                      40 + desks / 5, OTHERS_BASE, first_day);
}

static void fill_items (store_t *store, int64_t desks, int32_t first_day)
{
    (void) store_run (store,
                      "INSERT INTO item (id, name, kind, condition) " NUMBERS
                      "SELECT $2 + i, 'Ting ' || i, CASE i % 3 WHEN 0 THEN 'cykel' ELSE 'kasse' END, 1 FROM n",
                      100 + desks / 5, OTHERS_BASE);
    (void) store_run (
        store,
        "INSERT INTO loan (id, item, tenant, from_day, due_day, returned_day, condition, remark) " NUMBERS
        "SELECT $2 + 10 * (item.id - $2) + i, item.id, 1000001, $3, $3, CASE WHEN i < 4 OR item.id % 4 > 0"
        " THEN $3 END, CASE WHEN i < 4 OR item.id % 4 > 0 THEN 1 END, '' FROM n JOIN item",
        5, OTHERS_BASE, first_day);
}

/* Twenty tenants that promised, in a house of any size, and the jobs of enterprises that are no tenants. */
static void fill_returns (store_t *store, int64_t desks, int32_t first_day, int32_t month)
{
    (void) store_run (store, "INSERT INTO market_rent VALUES (1, $1, 200000, 'Vurdering')", first_day);
    (void) store_run (store,
                      "INSERT INTO aid (id, tenant, day, amount_ore, basis, by_others) " NUMBERS
                      "SELECT $2 + i, 1000001 + i / 3, $3 + i % 3600, 1000, 'Art. 3', 0 FROM n",
                      3 * (desks / 2 - 1), OTHERS_BASE, first_day);
    (void) store_run (store,
                      "INSERT INTO promise (tenant, from_month, jobs, monthly_minutes) " NUMBERS
                      "SELECT 1000001 + i, $2, 6, 3000 FROM n",
                      RETURNING, month);
    (void) store_run (store, "UPDATE tenant SET returns = 1 WHERE id > 1000000 AND id <= 1000000 + $1", RETURNING);
    (void) store_run (store,
                      "INSERT INTO offered_position (position, cvr) " NUMBERS
                      "SELECT i, printf ('%08d', CASE WHEN i <= $2 THEN i ELSE 90000000 + i END) FROM n WHERE i > 0",
                      100 + 2 * desks, RETURNING);
    (void) store_run (store,
                      "INSERT INTO held_job (placement, position, start_day, there, anywhere) " NUMBERS
                      "SELECT 10 * position + i, position, $2, 1, 1 FROM n JOIN offered_position",
                      6, month_first_day (month));
    (void) store_run (store,
                      "INSERT INTO worked_month (placement, month, source, minutes) " NUMBERS
                      "SELECT placement, $2 + i, 1, 500 FROM n JOIN held_job",
                      12, month);
}

void fill_days (store_t *store, int64_t desks, int today_year)
{
    int32_t first_day = day_from_civil ((civil_t){ today_year - FILL_YEARS, 1, 1 });
    fill_bookings (store, fill_rooms (desks), first_day);
    fill_tasks (store, desks, first_day);
    fill_partners (store, desks, first_day);
    fill_items (store, desks, first_day);
    fill_returns (store, desks, first_day, 12 * (today_year - 1));
    for (int site = 1; site <= 6; site++)
        (void) store_run (store,
                          "INSERT INTO site VALUES ($1, 'Sted ' || $1, '', 3, 400, 45, 3, 45000000, 1, $2, NULL)", site,
                          first_day);
}
