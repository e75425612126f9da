/* What the lease service keeps counted is what one counts oneself: desk by desk, lease by lease and day by day, after
 * anything that may happen; and a database that stood before there were counts gets the same. */
#include "unit/lease_kit.h"

#include <stdlib.h>

#define attempt(rig, method, ...) rig_try (rig, DESK, "lease", method, __VA_ARGS__)

extern const migration_t lease_migrations[];

enum {
    HOUSES = 2,
    WHO = 12,
    KEPT = 16,
    STEPS = 600,
    LEASES = 600,
    PRICES = 2000,
    MONTHS = 30,
    FIRST_MONTH = 12 * 2025 + 9
};

typedef struct {
    rig_t *rig;
    uint64_t seed;
    int32_t today;
    number_t premises[HOUSES], who[WHO], leases[KEPT], entries[WHO];
    int n_leases, changed;
} walk_t;

/* --- a walk --- */

static const char *some_day (walk_t *walk, int back, int ahead, char out[ISO_DAY_SIZE])
{
    return day_text (walk->today - back + (int32_t) draw (&walk->seed, (unsigned) (back + ahead)), out);
}

static const char *some_end (walk_t *walk, char out[40])
{
    char day[ISO_DAY_SIZE];
    out[0] = '\0';
    if (draw (&walk->seed, 3))
        snprintf (out, 40, ", 'last_day': '%s'", some_day (walk, 10, 400, day));
    return out;
}

static number_t some_lease (walk_t *walk)
{
    unsigned kept = walk->n_leases < KEPT ? (unsigned) walk->n_leases : KEPT;
    return kept ? walk->leases[draw (&walk->seed, kept)] : 1;
}

static void keep_lease (walk_t *walk, json_t *reply)
{
    if (reply)
        walk->leases[walk->n_leases++ % KEPT] = id_of (reply, "lease");
}

static void begin_lease (walk_t *walk)
{
    static const char *const METHODS[] = { "Leases/OfferLease", "Leases/OfferLease", "Leases/DraftLease" };
    char from[ISO_DAY_SIZE], end[40];
    const char *method = METHODS[draw (&walk->seed, 3)];
    number_t who = walk->who[draw (&walk->seed, WHO)], premises = walk->premises[draw (&walk->seed, HOUSES)];
    unsigned desks = 1 + draw (&walk->seed, 3);
    int rent = 100001 + (int) draw (&walk->seed, 9999);
    some_day (walk, 60, 90, from);
    keep_lease (walk, attempt (walk->rig, method,
                               "{'tenant': %llu, 'premises': %llu, 'desk_count': %u, 'from_day': '%s',"
                               " 'monthly_rent_ore': %d%s}",
                               who, premises, desks, from, rent, some_end (walk, end)));
}

static void change_lease (walk_t *walk)
{
    char day[ISO_DAY_SIZE], text[80] = ", 'until_notice': true";
    number_t lease = some_lease (walk);
    int rent = 90001 + (int) draw (&walk->seed, 20000);
    if (draw (&walk->seed, 2))
        snprintf (text, sizeof text, ", 'monthly_rent_ore': %d, 'from_day': '%s'", rent, some_day (walk, 40, 120, day));
    else if (draw (&walk->seed, 3))
        (void) some_end (walk, text);
    walk->changed += attempt (walk->rig, "Leases/ChangeLease", "{'lease': %llu%s}", lease, text) != NULL;
}

static void answer_entry (walk_t *walk, unsigned how)
{
    static const char *const METHODS[] = { "Waitlist/AcceptWaitlistOffer", "Waitlist/LeaveWaitlist",
                                           "Waitlist/RefuseWaitlistOffer" };
    number_t entry = walk->entries[draw (&walk->seed, WHO)];
    json_t *reply =
        entry ? attempt (walk->rig, METHODS[how], "{'entry': %llu%s}", entry, how == 2 ? ", 'reason': 'nej'" : "")
              : NULL;
    if (how == 0)
        keep_lease (walk, reply);
}

static void join_line (walk_t *walk)
{
    unsigned who = draw (&walk->seed, WHO), desks = 1 + draw (&walk->seed, 3);
    json_t *reply =
        attempt (walk->rig, "Waitlist/JoinWaitlist", "{'tenant': %llu, 'desks': %u}", walk->who[who], desks);
    if (reply)
        walk->entries[who] = id_of (reply, "entry");
}

static void add_desks (walk_t *walk)
{
    char day[ISO_DAY_SIZE];
    if (draw (&walk->seed, 4) == 0)
        ok (walk->rig, "House/AddDesks", "{'premises': %llu, 'count': 1, 'name_prefix': 'B', 'from_day': '%s'}",
            walk->premises[walk->today % HOUSES], some_day (walk, 100, 100, day));
}

static void take_step (walk_t *walk)
{
    static const char *const WITH_A_LEASE[] = { "Leases/SignLease",  "Leases/SignLease",  "Leases/SignLease",
                                                "Leases/OfferDraft", "Leases/GiveNotice", "Leases/WithdrawLease" };
    unsigned what = draw (&walk->seed, 24);
    if (what < 5)
        begin_lease (walk);
    else if (what < 11)
        (void) attempt (walk->rig, WITH_A_LEASE[what - 5], "{'lease': %llu}", some_lease (walk));
    else if (what < 16)
        change_lease (walk);
    else if (what < 18)
        join_line (walk);
    else if (what < 20)
        answer_entry (walk, draw (&walk->seed, 3));
    else if (what < 21)
        ok (walk->rig, "Waitlist/OfferFreeDesks", "{}");
    else if (what < 22)
        add_desks (walk);
    else
        set_day (walk->rig, walk->today += (int32_t) draw (&walk->seed, 20));
}

/* --- counted from the beginning --- */

typedef struct {
    number_t id, premises;
    int32_t from, last;
    int64_t desks;
    bool let; /* or reserved */
} term_t;

typedef struct {
    number_t lease;
    int32_t from;
    int64_t ore;
} agreed_t;

typedef struct {
    term_t terms[LEASES];
    agreed_t prices[PRICES];
    size_t n_terms, n_prices;
} record_t;

static void read_terms (store_t *store, record_t *record, const char *sql)
{
    rows_t *rows = store_query (store, sql);
    while (rows_next (rows)) {
        cr_assert_lt (record->n_terms, LEASES);
        record->terms[record->n_terms++] = (term_t){
            .id = rows_uint (rows, 0),
            .premises = rows_uint (rows, 1),
            .from = (int32_t) rows_int (rows, 2),
            .last = (int32_t) rows_int (rows, 3),
            .desks = rows_int (rows, 4),
            .let = rows_int (rows, 5) != 0,
        };
    }
}

static record_t *read_record (walk_t *walk)
{
    static record_t record;
    store_t *store = rig_store (walk->rig, "lease");
    record.n_terms = record.n_prices = 0;
    store_begin (store);
    read_terms (store, &record,
                "SELECT id, premises, from_day, coalesce (last_day, 9999999), desks, state > 1"
                " FROM lease WHERE state <= 5");
    read_terms (store, &record,
                "SELECT 0, desk.premises, hold.from_day, 9999999, 1, 0 FROM desk_hold AS hold"
                " JOIN desk ON desk.id = hold.desk JOIN waitlist_offer AS offer"
                " ON offer.id = hold.offer WHERE offer.state = 1");
    rows_t *rows = store_query (store, "SELECT lease, from_day, monthly_rent_ore FROM lease_price ORDER BY lease,"
                                       " from_day DESC");
    while (rows_next (rows)) {
        cr_assert_lt (record.n_prices, PRICES);
        record.prices[record.n_prices++] =
            (agreed_t){ rows_uint (rows, 0), (int32_t) rows_int (rows, 1), rows_int (rows, 2) };
    }
    store_rollback (store);
    return &record;
}

static int64_t price_on (const record_t *record, number_t lease, int32_t day)
{
    for (size_t i = 0; i < record->n_prices; i++)
        if (record->prices[i].lease == lease && record->prices[i].from <= day)
            return record->prices[i].ore;
    cr_assert (false, "lease %llu has no price", lease);
    return 0;
}

static int64_t desks_on (const record_t *record, number_t premises, int32_t day, bool let)
{
    int64_t desks = 0;
    for (size_t i = 0; i < record->n_terms; i++) {
        const term_t *one = &record->terms[i];
        if (one->premises == premises && one->let == let && one->from <= day && day <= one->last)
            desks += one->desks;
    }
    return desks;
}

static int64_t desks_there (walk_t *walk, number_t premises, int32_t day)
{
    store_t *store = rig_store (walk->rig, "lease");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT count (*) FROM desk WHERE premises = $1 AND from_day <= $2", premises, day);
    cr_assert (row);
    int64_t desks = rows_int (row, 0);
    store_rollback (store);
    return desks;
}

/* The rent of one day: what the running total of the month, rounded to the øre, grows by on it. */
static int64_t rent_on (const record_t *record, number_t premises, int32_t day)
{
    int32_t first = month_first_day (month_of_day (day)), days = month_last_day (month_of_day (day)) - first + 1;
    int64_t ore = 0, place = day - first;
    for (size_t i = 0; i < record->n_terms; i++) {
        const term_t *one = &record->terms[i];
        if (one->premises != premises || !one->let || one->from > day || day > one->last)
            continue;
        int64_t monthly = one->desks * price_on (record, one->id, day);
        ore += (2 * monthly * (place + 1) + days) / (2 * days) - (2 * monthly * place + days) / (2 * days);
    }
    return ore;
}

/* --- comparing --- */

static void compare_days (walk_t *walk, const record_t *record)
{
    char text[ISO_DAY_SIZE];
    int32_t day = walk->today - 200 + (int32_t) draw (&walk->seed, 400);
    json_t *house = ok (walk->rig, "House/GetHouse", "{'day': '%s'}", day_text (day, text));
    for (size_t i = 0; i < HOUSES; i++) {
        json_t *one = rig_item (house, "premises", i);
        number_t premises = walk->premises[i];
        cr_assert_eq (rig_number (one, "desks"), desks_there (walk, premises, day), "desks on %s", text);
        cr_assert_eq (rig_number (one, "desks_let"), desks_on (record, premises, day, true), "let on %s", text);
        cr_assert_eq (rig_number (one, "desks_reserved"), desks_on (record, premises, day, false), "reserved on %s",
                      text);
    }
}

static void compare_month (walk_t *walk, const record_t *record, number_t premises, json_t *month, int32_t number)
{
    int64_t desk_days = 0, let_days = 0, rent_ore = 0;
    for (int32_t day = month_first_day (number); day <= month_last_day (number); day++) {
        desk_days += desks_there (walk, premises, day);
        let_days += desks_on (record, premises, day, true);
        rent_ore += rent_on (record, premises, day);
    }
    cr_assert_eq (rig_number (month, "rent_ore"), rent_ore, "rent in month %d", number);
    cr_assert_eq (rig_number (month, "let_permille"), desk_days ? 1000 * let_days / desk_days : 0);
}

static void compare_economy (walk_t *walk, const record_t *record)
{
    char from[ISO_MONTH_SIZE], to[ISO_MONTH_SIZE];
    number_t premises = walk->premises[draw (&walk->seed, HOUSES)];
    json_t *economy = ok (walk->rig, "Economy/GetEconomy", "{'premises': %llu, 'from_month': '%s', 'to_month': '%s'}",
                          premises, month_text (FIRST_MONTH, from), month_text (FIRST_MONTH + MONTHS - 1, to));
    for (int32_t i = 0; i < MONTHS; i++)
        compare_month (walk, record, premises, rig_item (economy, "months", (size_t) i), FIRST_MONTH + i);
    for (size_t i = 0; i < rig_count (economy, "vacancies"); i++) {
        int64_t desks = 0;
        int32_t day;
        cr_assert (day_parse (rig_text (rig_item (economy, "vacancies", i), "from_day"), &day));
        for (size_t n = 0; n < record->n_terms; n++)
            if (record->terms[n].premises == premises && record->terms[n].let && record->terms[n].last + 1 == day)
                desks += record->terms[n].desks;
        cr_assert_eq (rig_number (rig_item (economy, "vacancies", i), "desks"), desks);
    }
}

/* --- a database that stood --- */

#define NOT_NOTHING " WHERE desks <> 0 OR desks_let <> 0 OR desks_reserved <> 0 OR "

static char *counted (store_t *store)
{
    static const char *const TABLES[] = {
        "SELECT premises, day, desks, desks_let, desks_reserved, desks_left, 0, 0 FROM house_day" NOT_NOTHING
        "desks_left <> 0 ORDER BY premises, day",
        "SELECT premises, month, desks, desks_let, desks_reserved, desk_days + 1000 * let_days, rent_ore, part_ore"
        " FROM house_month" NOT_NOTHING "desk_days <> 0 OR let_days <> 0 OR rent_ore <> 0 OR part_ore <> 0"
        " ORDER BY premises, month",
        "SELECT premises, last_day, from_day, desk, 0, 0, 0, 0 FROM desk_gap ORDER BY 1, 2, 3, 4",
        "SELECT 0, 0, 0, 0, 0, 0, 0, coalesce (sum (entries), 0) FROM waitlist_piece",
    };
    owned_buffer text = BUFFER (1024 * 1024);
    store_begin (store);
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++)
        for (rows_t *rows = store_query (store, TABLES[i]); rows_next (rows);) {
            for (int column = 0; column < 8; column++)
                buffer_printf (&text, "%lld ", (long long) rows_int (rows, column));
            buffer_append_text (&text, "\n");
        }
    store_rollback (store);
    return strdup (buffer_text (&text));
}

static void run_step (store_t *store, const char *name)
{
    fault_t why = { 0 };
    for (const migration_t *step = lease_migrations; step->sql; step++) {
        const migration_t again[] = { { 1, step->name, step->sql }, { 0 } };
        if (strstr (step->name, name))
            cr_assert_eq (store_migrate (store, "again", again, &why), STATUS_OK, "%s", why.message);
    }
}

static void compare_with_one_that_stood (walk_t *walk)
{
    static const char *const MADE[] = { "DROP TABLE house_day",
                                        "DROP TABLE house_month",
                                        "DROP TABLE desk_gap",
                                        "DROP TABLE waitlist_piece",
                                        "DROP INDEX waitlist_by_wish",
                                        "DROP INDEX lease_to_charge_in_house",
                                        "CREATE INDEX waitlist_without_offer ON waitlist_entry (key1)" };
    store_t *store = rig_store (walk->rig, "lease");
    char *live = counted (store);
    store_begin (store);
    for (size_t i = 0; i < sizeof MADE / sizeof MADE[0]; i++)
        (void) store_run (store, MADE[i]);
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    run_step (store, "counts");
    char *filled = counted (store);
    cr_assert_str_eq (filled, live);
    cr_assert_gt (strlen (live), 200);
    free (live);
    free (filled);
}

static void run_walk (uint64_t seed)
{
    walk_t walk = { .rig = rig_at ("2026-01-05T09:00:00Z"),
                    .seed = seed,
                    .today = day_from_civil ((civil_t){ 2026, 1, 5 }) };
    for (int i = 0; i < HOUSES; i++)
        walk.premises[i] = premises_with (walk.rig, 9);
    for (int i = 0; i < WHO; i++)
        walk.who[i] = tenant (walk.rig, i);
    for (int step = 0; step < STEPS; step++) {
        take_step (&walk);
        compare_days (&walk, read_record (&walk));
        if (step % 20 == 0)
            compare_economy (&walk, read_record (&walk));
    }
    cr_assert (walk.n_leases > 30 && walk.changed > 5, "%d leases, %d changes", walk.n_leases, walk.changed);
    compare_with_one_that_stood (&walk);
    rig_destroy (&walk.rig);
}

Test (lease_counts, what_is_kept_counted_is_what_one_counts_oneself, .description = "L2, L4, L8", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        run_walk (seed);
}

/* --- places in the line --- */

enum { IN_LINE = 400 };

static void compare_places (rig_t *rig, const number_t *entries, uint64_t *seed)
{
    store_t *store = rig_store (rig, "lease");
    for (int n = 0; n < 20; n++) {
        number_t entry = entries[draw (seed, IN_LINE)];
        store_begin (store);
        rows_t *row = store_row (store,
                                 "SELECT (SELECT count (*) FROM waitlist_entry AS other WHERE other.has_left = 0"
                                 "   AND (other.key1, other.key2, other.key3, other.turn)"
                                 "   <= (one.key1, one.key2, one.key3, one.turn)),"
                                 " (SELECT count (*) FROM waitlist_entry WHERE has_left = 0),"
                                 " (SELECT max (entries) FROM waitlist_piece) FROM waitlist_entry AS one WHERE id = $1"
                                 " AND has_left = 0",
                                 entry);
        int64_t place = row ? rows_int (row, 0) : 0, length = row ? rows_int (row, 1) : 0;
        cr_assert (!row || rows_int (row, 2) <= 128, "a piece is too long");
        store_rollback (store);
        json_t *position = entry ? ok (rig, "Waitlist/GetPosition", "{'entry': %llu}", entry) : NULL;
        if (!position || place == 0)
            continue;
        cr_assert_eq (rig_number (position, "position"), place);
        cr_assert_eq (rig_number (position, "in_line"), length);
    }
}

/* The whole line by pages: everybody once, behind the one before. */
static void compare_pages (rig_t *rig, uint64_t *seed)
{
    number_t after = 0, place = 0;
    unsigned limit = 60 + draw (seed, 100);
    size_t page;
    do {
        json_t *list = ok (rig, "Waitlist/ListWaitlist", "{'after': %llu, 'limit': %u}", after, limit);
        page = rig_count (list, "entries");
        for (size_t i = 0; i < page; i++) {
            json_t *entry = rig_item (list, "entries", i);
            cr_assert_eq (id_of (entry, "position"), ++place);
            cr_assert_eq (strcmp (rig_text (entry, "why"), "Står først.") == 0, place == 1);
            after = id_of (entry, "entry");
        }
    } while (page == limit);
    cr_assert_eq (id_of (ok (rig, "House/GetHouse", "{}"), "waiting"), place);
}

Test (lease_counts, a_place_in_a_long_line_is_the_number_of_those_before, .description = "L6", .timeout = 120)
{
    static const char *const RULES[] = { "", "'JOINED_DAY'", "'SOCIAL_RETURN', 'LARGEST_FIT'", "'SMALLEST_FIT'" };
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t who[IN_LINE], entries[IN_LINE] = { 0 };
    uint64_t seed = 7;
    premises_with (rig, 1);
    for (int i = 0; i < IN_LINE; i++)
        who[i] = tenant (rig, i);
    for (int step = 0; step < 3000; step++) {
        unsigned one = draw (&seed, IN_LINE), desks = 2 + draw (&seed, 3), hours = draw (&seed, 9);
        int month = 1 + (int) draw (&seed, 12), day = 1 + (int) draw (&seed, 28);
        if (draw (&seed, 3)) {
            json_t *reply =
                attempt (rig, "Waitlist/JoinWaitlist",
                         "{'tenant': %llu, 'desks': %u, 'hours_per_week': %u, 'joined_day': '2025-%02d-%02d'}",
                         who[one], desks, hours, month, day);
            entries[one] = reply ? id_of (reply, "entry") : entries[one];
        } else if (entries[one]) {
            (void) attempt (rig, "Waitlist/LeaveWaitlist", "{'entry': %llu}", entries[one]);
        }
        if (step % 500 == 499)
            ok (rig, "Waitlist/SetWaitlistRule", "{'criteria': [%s], 'offer_days': 7, 'reason': 'x'}",
                RULES[draw (&seed, 4)]);
        if (step % 100 == 0)
            compare_places (rig, entries, &seed);
        if (step % 500 == 400)
            compare_pages (rig, &seed);
    }
    rig_destroy (&rig);
}
