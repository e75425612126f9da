/*
 * Gives a lease service that is not running a long past: so many bookings in its log, each with its event, and of the
 * last of them the rows that ten years leave, every room taken every hour.
 *
 *     history DATABASE EVENTS
 *
 * The rows are what the service would have written, but that nobody asked for them.
 */
#include "kit.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/lease/v1/events.pb-c.h"
#include "fyrtaarn/lease/v1/rooms.pb-c.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOMS_MAX = 64, HOUR_MS = 3600000, HOURS_OF_TEN_YEARS = 87660, EVERY_MS = 30, PACKED_MAX = 256 };
static const int64_t PAST_ENDS = INT64_C (1735689600000);  /* 2025-01-01: before anything that the bench does */
static const int64_t HOURS_BEGIN = INT64_C (946684800000); /* 2000-01-01 */

static sqlite3 *db;

static sqlite3_stmt *prepare (const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
        die ("history: %s", sqlite3_errmsg (db));
    return statement;
}

static void execute (const char *sql)
{
    if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die ("history: %s", sqlite3_errmsg (db));
}

static void run (sqlite3_stmt *statement)
{
    if (sqlite3_step (statement) != SQLITE_DONE)
        die ("history: %s", sqlite3_errmsg (db));
    sqlite3_reset (statement);
}

static size_t read_rooms (int64_t rooms[ROOMS_MAX])
{
    size_t count = 0;
    sqlite3_stmt *statement = prepare ("SELECT id FROM room ORDER BY id LIMIT 64");
    while (sqlite3_step (statement) == SQLITE_ROW)
        rooms[count++] = sqlite3_column_int64 (statement, 0);
    sqlite3_finalize (statement);
    if (count == 0)
        die ("history: the house has no rooms");
    return count;
}

static int64_t read_head (void)
{
    sqlite3_stmt *statement = prepare ("SELECT max (seq) FROM journal");
    int64_t head = sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
    sqlite3_finalize (statement);
    return head;
}

typedef struct {
    int64_t seq, at, booking, room, starts_at;
} past_t;

static size_t pack_record (const past_t *past, uint8_t out[PACKED_MAX])
{
    uint8_t packed[PACKED_MAX];
    Lease__RoomBooked booked = LEASE__ROOM_BOOKED__INIT;
    booked.booking = (uint64_t) past->booking;
    booked.room = (uint64_t) past->room;
    booked.starts_at = past->starts_at;
    booked.ends_at = past->starts_at + HOUR_MS;
    Lease__Event event = LEASE__EVENT__INIT;
    event.event_case = LEASE__EVENT__EVENT_ROOM_BOOKED;
    event.room_booked = &booked;
    ProtobufCBinaryData data = { lease__event__pack (&event, packed), packed };
    Bus__FeedRecord record = BUS__FEED_RECORD__INIT;
    record.seq = (uint64_t) past->seq;
    record.at = past->at;
    record.events = &data;
    record.n_events = 1;
    return bus__feed_record__pack (&record, out);
}

static void write_journal (sqlite3_stmt *statement, const past_t *past)
{
    uint8_t id[REQUEST_ID_SIZE] = { 0 }, reply[PACKED_MAX], record[PACKED_MAX];
    for (int i = 0; i < 6; i++)
        id[i] = (uint8_t) (past->at >> (40 - 8 * i));
    for (int i = 0; i < 8; i++)
        id[8 + i] = (uint8_t) (past->seq >> (56 - 8 * i));
    Lease__BookRoomReply answer = LEASE__BOOK_ROOM_REPLY__INIT;
    answer.booking = (uint64_t) past->booking;
    sqlite3_bind_int64 (statement, 1, past->seq);
    sqlite3_bind_int64 (statement, 2, past->at);
    sqlite3_bind_blob (statement, 3, id, sizeof id, SQLITE_STATIC);
    sqlite3_bind_blob (statement, 4, id, sizeof id, SQLITE_STATIC);
    sqlite3_bind_blob (statement, 5, reply, (int) lease__book_room_reply__pack (&answer, reply), SQLITE_STATIC);
    sqlite3_bind_blob (statement, 6, record, (int) pack_record (past, record), SQLITE_STATIC);
    run (statement);
}

static void write_booking (sqlite3_stmt *statement, const past_t *past)
{
    sqlite3_bind_int64 (statement, 1, past->booking);
    sqlite3_bind_int64 (statement, 2, past->room);
    sqlite3_bind_int64 (statement, 3, past->starts_at);
    sqlite3_bind_int64 (statement, 4, past->starts_at + HOUR_MS);
    run (statement);
}

int main (int argc, char **argv)
{
    if (argc != 3 || sqlite3_open (argv[1], &db) != SQLITE_OK)
        die ("history DATABASE EVENTS");
    int64_t rooms[ROOMS_MAX], events = strtoll (argv[2], NULL, 10);
    execute ("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -100000; BEGIN");
    int64_t count = (int64_t) read_rooms (rooms), head = read_head (), first = events - count * HOURS_OF_TEN_YEARS;
    sqlite3_stmt *journal = prepare (
        "INSERT INTO journal (seq, at, caller, actor, reason, method, trace, request_id, digest, status, refusal,"
        " message, reply, record) VALUES (?1, ?2, 'tmf-desk', 'bench', '', 'fyrtaarn.lease.v1.Rooms/BookRoom', ?1, ?3,"
        " ?4, 0, '', '', ?5, ?6)");
    sqlite3_stmt *booking = prepare ("INSERT INTO booking (id, room, starts_at, ends_at, title, booked_by)"
                                     " VALUES (?1, ?2, ?3, ?4, 'Meeting of the house', 'tmf_desk')");
    for (int64_t i = 0; i < events; i++) {
        past_t past = { .seq = head + 1 + i, .at = PAST_ENDS - (events - i) * EVERY_MS, .room = rooms[i % count] };
        past.booking = past.seq << 8 | 1;
        past.starts_at = HOURS_BEGIN + (i - (first > 0 ? first : 0)) / count * HOUR_MS;
        write_journal (journal, &past);
        if (i >= first)
            write_booking (booking, &past);
    }
    sqlite3_finalize (journal);
    sqlite3_finalize (booking);
    execute ("COMMIT; PRAGMA journal_mode = WAL");
    return sqlite3_close (db) == SQLITE_OK ? 0 : 1;
}
