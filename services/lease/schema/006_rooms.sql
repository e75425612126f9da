-- L7: room bookings. Two that stand in one room never share a moment.

CREATE TABLE booking (
    id          INTEGER PRIMARY KEY,
    room        INTEGER REFERENCES room (id), -- NULL: released before it was booked, and so never to be
    starts_at   INTEGER NOT NULL,         -- instant
    ends_at     INTEGER NOT NULL,         -- instant, not included
    title       TEXT NOT NULL,            -- what stands on the door
    booked_by   TEXT NOT NULL,            -- kind of caller: 'guidance', 'tmf_desk'
    reference   INTEGER,                  -- that caller's own name for it; NULL: it has none
    released_at INTEGER,                  -- instant; NULL: it stands
    CHECK (ends_at BETWEEN starts_at AND starts_at + 86400000),
    CHECK (room IS NOT NULL OR released_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX booking_reference ON booking (booked_by, reference) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX booking_start ON booking (room, starts_at) WHERE released_at IS NULL;
