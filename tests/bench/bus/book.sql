-- The same rows as lease's BookRoom writes, for PostgreSQL: the booking with its indexes, and the journal's row with
-- request, reply and event, unique by caller and request. Spared: the key of the connection and what it may do, the
-- digest, a journal without gaps in the order of commits, anybody who hears of it, and that two callers who want one
-- hour at once are told so (nobody here does: a lock on the room would make them wait for each other's commits).

DROP TABLE IF EXISTS room, opening, closure, booking, journal CASCADE;

CREATE TABLE room (id bigint PRIMARY KEY, premises bigint NOT NULL, name text NOT NULL, buffer_minutes int NOT NULL,
                   needs_approval int NOT NULL, tenant_minutes bigint NOT NULL, no_show_minutes int NOT NULL);
CREATE TABLE opening (premises bigint NOT NULL, weekday int NOT NULL, from_minute int NOT NULL, to_minute int NOT NULL,
                      PRIMARY KEY (premises, weekday));
CREATE TABLE closure (id bigint PRIMARY KEY, premises bigint NOT NULL, from_day int NOT NULL, last_day int NOT NULL,
                      reason text NOT NULL);
CREATE INDEX closure_day ON closure (premises, last_day);

CREATE TABLE booking (
    id          bigint PRIMARY KEY,
    room        bigint REFERENCES room (id),
    starts_at   bigint NOT NULL,
    ends_at     bigint NOT NULL,
    title       text NOT NULL,
    booked_by   text NOT NULL,
    reference   bigint,
    released_at bigint,
    series      bigint,
    series_at   bigint,
    tenant      bigint,
    private     int NOT NULL,
    waits       int NOT NULL,
    came_at     bigint,
    sequence    int NOT NULL DEFAULT 0,
    changed_at  bigint,
    release_cause int,
    CHECK (ends_at BETWEEN starts_at AND starts_at + 86400000),
    CHECK (room IS NOT NULL OR released_at IS NOT NULL)
);
CREATE UNIQUE INDEX booking_reference ON booking (booked_by, reference) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX booking_hours ON booking (room, starts_at, ends_at) WHERE released_at IS NULL;
CREATE INDEX booking_series_at ON booking (series, series_at) WHERE series IS NOT NULL;
CREATE INDEX booking_tenant ON booking (tenant, room, starts_at) WHERE tenant IS NOT NULL AND released_at IS NULL;
CREATE INDEX booking_released ON booking (room, starts_at) WHERE released_at IS NOT NULL;

CREATE TABLE journal (
    seq        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at         bigint NOT NULL,
    caller     text NOT NULL,
    actor      text NOT NULL,
    reason     text NOT NULL,
    method     text NOT NULL,
    trace      bigint NOT NULL,
    request_id bytea,
    digest     bytea,
    status     int NOT NULL,
    refusal    text NOT NULL,
    message    text NOT NULL,
    reply      bytea,
    record     bytea
);
CREATE UNIQUE INDEX journal_request ON journal (caller, request_id) WHERE request_id IS NOT NULL;

INSERT INTO room SELECT n, 1, 'Room ' || n, 0, 0, 0, 0 FROM generate_series (1, 8) AS n;

-- The id is the journal's number as ours are.
-- Request ids rise per client, so that this index too grows at its end.
CREATE OR REPLACE FUNCTION book_room (client int, number bigint, wanted bigint, starts bigint, ends bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    asked   bytea := int8send (number) || int8send (client::bigint);
    known   bytea;
    house   bigint;
    booking bigint;
    last_ends bigint;
    buffer_ms bigint;
    now_ms  bigint := extract (epoch FROM clock_timestamp ()) * 1000;
BEGIN
    SELECT reply INTO known FROM journal WHERE caller = 'tmf-desk' AND request_id = asked;
    IF FOUND THEN RETURN 0; END IF;
    SELECT premises, buffer_minutes * 60000 INTO house, buffer_ms FROM room WHERE id = wanted;
    IF NOT FOUND THEN RAISE 'no such room'; END IF;
    PERFORM 1 FROM closure WHERE premises = house AND last_day >= starts / 86400000 AND from_day <= ends / 86400000
        ORDER BY last_day DESC LIMIT 1;
    IF FOUND THEN RAISE 'closed'; END IF;
    PERFORM 1 FROM opening WHERE premises = house LIMIT 1;
    IF FOUND THEN RAISE 'has hours'; END IF;
    SELECT ends_at INTO last_ends FROM booking b WHERE room = wanted AND released_at IS NULL
        AND starts_at < ends + buffer_ms
        ORDER BY starts_at DESC LIMIT 1;
    IF last_ends > starts - buffer_ms THEN RAISE 'taken'; END IF;
    booking := nextval ('journal_seq_seq');
    INSERT INTO booking (id, room, starts_at, ends_at, title, booked_by, reference, private, tenant, series, series_at,
                         waits, changed_at)
        VALUES (booking, wanted, starts, ends, 'Meeting of the house', 'tmf_desk', NULL, 0, NULL, NULL, NULL, 0, now_ms);
    INSERT INTO journal OVERRIDING SYSTEM VALUE
        VALUES (booking, now_ms, 'tmf-desk', 'bench', '', 'fyrtaarn.lease.v1.Rooms/BookRoom', number, asked, asked, 0, '',
                '', int8send (booking),
                int8send (booking) || int8send (now_ms) || int8send (wanted) || int8send (starts) || int8send (ends));
    RETURN booking;
END $$;
