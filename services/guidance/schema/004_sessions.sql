-- G4, G5. Sessions and who takes part in them. Instants are milliseconds since 1970-01-01 UTC. Rows are never deleted.

CREATE TABLE session (
    id        INTEGER PRIMARY KEY,                             -- also our reference for the room in lease
    offer     INTEGER NOT NULL REFERENCES offer,               -- gives kind, length and seats
    guide     INTEGER NOT NULL REFERENCES guide,               -- whose time it takes; competent in the offer's kind,
                                                               -- and at work all that time when it was booked
    room      INTEGER NOT NULL,                                -- id in lease; 0: needs none. Ours only while the
                                                               -- session is booked or held
    starts_at INTEGER NOT NULL,                                -- instant, on a whole minute
    ends_at   INTEGER NOT NULL,                                -- instant, not included: the offer's length later
    day       INTEGER NOT NULL,                                -- the civil day it begins on, days since 1970-01-01; the
                                                               -- day that G9 counts it under
    state     INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),  -- 1 requested, 2 booked, 3 refused, 4 cancelled, 5 held
                                                               -- (SessionState)
    reason    TEXT NOT NULL,                                   -- lease's reason for refusing the room,
                                                               -- 'LEASE_ROOM_TAKEN', or 'LEASE_AWAY' when it did not
                                                               -- answer within a minute; '' when it was not refused
    CHECK (starts_at < ends_at),
    CHECK ((state = 3) = (reason <> '')),
    CHECK (state <> 1 OR room <> 0)                            -- only a room has to be waited for
) STRICT;
CREATE INDEX session_day ON session (day, starts_at, id);

-- The sessions that take a guide's time. Unique, so that even a mistake in the program cannot begin two at once.
CREATE UNIQUE INDEX session_guide ON session (guide, starts_at) WHERE state IN (1, 2, 5);

-- Who takes part: named when the session is booked, or added later; at most as many as the offer has seats.
CREATE TABLE seat (
    session     INTEGER NOT NULL REFERENCES session,      -- requested or booked when the seat was taken; a cancelled
                                                          -- session keeps its seats
    participant INTEGER NOT NULL REFERENCES participant,  -- who has the seat; G9 counts each enterprise once
    came        INTEGER NOT NULL CHECK (came IN (0, 1)),  -- 1: was there. Known once the session is held
                                                          -- (RecordAttendance); 0 before that, and for who stayed away
    PRIMARY KEY (session, participant)
) STRICT, WITHOUT ROWID;
