-- G4. The rooms of sessions as lease has them: asked for, waiting for TMF's yes, standing, or gone. TMF may move or take
-- a room after it was booked; then the session stands on and says so.

CREATE TABLE room_hold (
    reference INTEGER PRIMARY KEY,                             -- our name for the booking in lease; of the first room
                                                               -- of a session the session's own id
    session   INTEGER NOT NULL REFERENCES session,             -- whose room
    room      INTEGER NOT NULL,                                -- id in lease, as lease last said
    starts_at INTEGER NOT NULL,                                -- instant, as lease last said
    ends_at   INTEGER NOT NULL,                                -- instant, not included
    state     INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4)   -- 1 asked for, 2 waits for TMF's yes, 3 stands, 4 gone
) STRICT;
CREATE INDEX room_hold_session ON room_hold (session) WHERE state <> 4;

INSERT INTO room_hold (reference, session, room, starts_at, ends_at, state)
SELECT id, id, room, starts_at, ends_at, CASE state WHEN 1 THEN 1 WHEN 2 THEN 3 WHEN 5 THEN 3 ELSE 4 END
FROM session WHERE room <> 0;

ALTER TABLE session ADD COLUMN room_note INTEGER NOT NULL DEFAULT 0 -- 0 nothing to say, 1 lease moved it to another room
    CHECK (room_note BETWEEN 0 AND 2);                              -- or time, 2 it has no room any more
ALTER TABLE session ADD COLUMN room_reason TEXT NOT NULL DEFAULT ''; -- lease's reason for taking the room, or for refusing
                                                                    -- the last other one asked for; '' for neither

-- What a guide has to see to.
CREATE INDEX session_room_trouble ON session (starts_at, id) WHERE state = 2 AND room_note <> 0;
