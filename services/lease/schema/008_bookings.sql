-- L2, L7, L13: when the house is open, what a room demands of whoever books it, series of bookings, and what a calendar
-- needs to follow a booking through its changes. Instants are milliseconds since 1970-01-01 UTC.

-- A premises without a row here is open at all hours. With rows, it is closed where there is none.
CREATE TABLE opening (
    premises    INTEGER NOT NULL REFERENCES premises (id),                 -- all of its rooms
    weekday     INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 8),          -- 1 Monday to 7 Sunday; 8: a public holiday,
                                                                           -- whatever its weekday (Weekday)
    from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),   -- by the clock in Copenhagen
    to_minute   INTEGER NOT NULL CHECK (to_minute BETWEEN 1 AND 1440),     -- not included; 1440 is midnight
    PRIMARY KEY (premises, weekday),
    CHECK (to_minute > from_minute)
) STRICT;

-- minutes that stay free between two bookings, for cleaning and moving chairs
ALTER TABLE room ADD COLUMN buffer_minutes INTEGER NOT NULL DEFAULT 0 CHECK (buffer_minutes BETWEEN 0 AND 240);
-- 1: a booking waits for TMF to say yes, and holds the time while it waits
ALTER TABLE room ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0 CHECK (needs_approval IN (0, 1));
-- minutes a calendar month that one tenant may have in this room; 0: as many as it likes
ALTER TABLE room ADD COLUMN tenant_minutes INTEGER NOT NULL DEFAULT 0 CHECK (tenant_minutes >= 0);
-- a booking that nobody has come to so many minutes after its start is released; 0: never
ALTER TABLE room ADD COLUMN no_show_minutes INTEGER NOT NULL DEFAULT 0 CHECK (no_show_minutes BETWEEN 0 AND 240);

CREATE TABLE room_equipment (
    room INTEGER NOT NULL REFERENCES room (id),  -- where it stands
    name TEXT NOT NULL,                          -- 'projektor'; once in each room
    PRIMARY KEY (room, name)
) STRICT, WITHOUT ROWID;

-- One agreement for many days. Its occurrences are rows of booking: they alone say when the room is taken.
CREATE TABLE booking_series (
    id           INTEGER PRIMARY KEY,                                -- part of its UID in calendars
    room         INTEGER NOT NULL REFERENCES room (id),              -- of all its occurrences, unless one was moved
    rule         TEXT NOT NULL,                                      -- RFC 5545 recurrence rule, UNTIL in UTC
    starts_at    INTEGER NOT NULL,                                   -- instant: the first occurrence, also when that
                                                                     -- one was left out
    ends_at      INTEGER NOT NULL,                                   -- instant: its end
    last_at      INTEGER NOT NULL,                                   -- instant: the end of the last occurrence
    title        TEXT NOT NULL,                                      -- as in booking
    private      INTEGER NOT NULL CHECK (private IN (0, 1)),         -- as in booking
    booked_by    TEXT NOT NULL,                                      -- as in booking
    sequence     INTEGER NOT NULL DEFAULT 0,                         -- rises with every change to it or an occurrence
    changed_at   INTEGER NOT NULL,                                   -- instant of the newest of these
    cancelled_at INTEGER,                                            -- instant; NULL: it stands
    CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX booking_series_room ON booking_series (room, last_at);

-- Days on which a series has no occurrence although its rule gives one (EXDATE).
CREATE TABLE booking_series_gap (
    series    INTEGER NOT NULL REFERENCES booking_series (id),  -- whose
    starts_at INTEGER NOT NULL,                                 -- instant when the occurrence would have begun
    PRIMARY KEY (series, starts_at)
) STRICT, WITHOUT ROWID;

-- the series it is an occurrence of; NULL: it stands alone
ALTER TABLE booking ADD COLUMN series INTEGER REFERENCES booking_series (id);
-- instant when its series has it, also after it was moved (RECURRENCE-ID); NULL without a series
ALTER TABLE booking ADD COLUMN series_at INTEGER;
-- the tenant on whose behalf it is booked, and whose month it counts in; NULL: the house's own, or guidance's
ALTER TABLE booking ADD COLUMN tenant INTEGER REFERENCES tenant (id);
-- 1: only whoever booked sees the title
ALTER TABLE booking ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1));
-- 1: waits for TMF to say yes
ALTER TABLE booking ADD COLUMN waits INTEGER NOT NULL DEFAULT 0 CHECK (waits IN (0, 1));
-- instant when somebody said that they had come; NULL: nobody has
ALTER TABLE booking ADD COLUMN came_at INTEGER;
-- rises with every change; what a calendar program goes by (SEQUENCE)
ALTER TABLE booking ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
-- instant of the newest change; NULL: as it was booked before this column was
ALTER TABLE booking ADD COLUMN changed_at INTEGER;
-- why it was released: 1 given back, 2 nobody came, 3 nobody approved (ReleaseCause); NULL: it stands
ALTER TABLE booking ADD COLUMN release_cause INTEGER CHECK (release_cause BETWEEN 1 AND 3);
CREATE INDEX booking_series_at ON booking (series, series_at) WHERE series IS NOT NULL;
CREATE INDEX booking_tenant ON booking (tenant, room, starts_at) WHERE tenant IS NOT NULL AND released_at IS NULL;
CREATE INDEX booking_room_end ON booking (room, ends_at);
