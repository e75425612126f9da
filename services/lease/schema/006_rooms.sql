-- L7: room bookings. Two that stand in one room never share a moment. Released ones stay: a reference can be used once.
-- Instants are milliseconds since 1970-01-01 UTC.

CREATE TABLE booking (
    id          INTEGER PRIMARY KEY,           -- minted by the service, told to whoever booked
    room        INTEGER REFERENCES room (id),  -- NULL: released before it was booked, and so never to be
    starts_at   INTEGER NOT NULL,              -- instant; of a booking that was never to be, when it was released
    ends_at     INTEGER NOT NULL,              -- instant, not included; at most 24 hours later
    title       TEXT NOT NULL,                 -- what stands on the door, never about a person; '' of one that was
                                               -- never to be
    booked_by   TEXT NOT NULL,                 -- kind of caller: 'guidance', 'tmf_desk'. References are its own, and
                                               -- besides it only 'tmf_desk' may release
    reference   INTEGER,                       -- that caller's own name for it, of guidance the session; asking twice
                                               -- books once. NULL: it has none
    released_at INTEGER,                       -- instant; NULL: it stands
    CHECK (ends_at BETWEEN starts_at AND starts_at + 86400000),
    CHECK (room IS NOT NULL OR released_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX booking_reference ON booking (booked_by, reference) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX booking_start ON booking (room, starts_at) WHERE released_at IS NULL;
