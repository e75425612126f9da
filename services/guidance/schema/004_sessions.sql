-- G4, G5. Sessions and who takes part in them.

CREATE TABLE session (
    id        INTEGER PRIMARY KEY,                          -- also our reference for the room in lease
    offer     INTEGER NOT NULL REFERENCES offer,
    guide     INTEGER NOT NULL REFERENCES guide,
    room      INTEGER NOT NULL,                             -- id in lease; 0: needs none
    starts_at INTEGER NOT NULL,                             -- instant
    ends_at   INTEGER NOT NULL,                             -- instant, not included
    day       INTEGER NOT NULL,                             -- the civil day it begins on
    state     INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), -- 1 requested, 2 booked, 3 refused, 4 cancelled, 5 held
    reason    TEXT NOT NULL,                                -- why it was refused; '' when it was not
    CHECK (starts_at < ends_at),
    CHECK ((state = 3) = (reason <> '')),
    CHECK (state <> 1 OR room <> 0)                         -- only a room has to be waited for
) STRICT;
CREATE INDEX session_day ON session (day, starts_at, id);

-- The sessions that take a guide's time. Unique, so that even a mistake in the program cannot begin two at once.
CREATE UNIQUE INDEX session_guide ON session (guide, starts_at) WHERE state IN (1, 2, 5);

CREATE TABLE seat (
    session     INTEGER NOT NULL REFERENCES session,
    participant INTEGER NOT NULL REFERENCES participant,
    came        INTEGER NOT NULL CHECK (came IN (0, 1)),    -- known once the session is held
    PRIMARY KEY (session, participant)
) STRICT, WITHOUT ROWID;
