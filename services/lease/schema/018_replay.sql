-- L6: the record of the waiting list gone through again from its beginning (ReplayWaitlist), in steps, so that nobody
-- waits while it goes on. Of an older replay nothing but its row stays. Days count from 1970-01-01, instants are
-- milliseconds since then (UTC).

CREATE TABLE replay (
    id         INTEGER PRIMARY KEY,                            -- rises: the newest has the highest
    started_at INTEGER NOT NULL,                               -- instant
    done_at    INTEGER,                                        -- instant; NULL: under way, one at a time (replay_open)
    at_record  INTEGER NOT NULL,                               -- the last row of waitlist_record that it has gone through
    reached_at INTEGER NOT NULL,                               -- instant of that row
    joined     INTEGER NOT NULL,                               -- how many joined, so far
    offers     INTEGER NOT NULL,                               -- how many offers were made
    rules      INTEGER NOT NULL,                               -- how often the rule became another
    first      INTEGER NOT NULL CHECK (first BETWEEN 0 AND 4), -- the rule that held there, as in waitlist_rule
    second     INTEGER NOT NULL CHECK (second BETWEEN 0 AND 4), -- ...
    third      INTEGER NOT NULL CHECK (third BETWEEN 0 AND 4), -- ...
    finding    TEXT NOT NULL                                   -- in Danish, the first that does not agree; '': all does
) STRICT;
CREATE UNIQUE INDEX replay_open ON replay ((done_at IS NULL)) WHERE done_at IS NULL;

-- The line as the record makes it.
CREATE TABLE replay_entry (
    replay    INTEGER NOT NULL REFERENCES replay (id),         -- which replay
    entry     INTEGER NOT NULL REFERENCES waitlist_entry (id), -- who waits
    desks     INTEGER NOT NULL,                                -- as in waitlist_entry, at that moment
    hours     INTEGER NOT NULL,                                -- ...
    lapses    INTEGER NOT NULL,                                -- ...
    since_day INTEGER NOT NULL,                                -- ...
    turn      INTEGER NOT NULL,                                -- ...
    has_offer INTEGER NOT NULL CHECK (has_offer IN (0, 1)),    -- ...
    PRIMARY KEY (replay, entry)
) STRICT, WITHOUT ROWID;

-- Every offer, as it had to be.
CREATE TABLE replay_offer (
    replay   INTEGER NOT NULL REFERENCES replay (id),         -- which replay
    offer    INTEGER NOT NULL REFERENCES waitlist_offer (id), -- which offer
    at       INTEGER NOT NULL,                                -- instant when it was made
    entry    INTEGER NOT NULL REFERENCES waitlist_entry (id), -- to whom
    free     INTEGER NOT NULL,                                -- desks that were free together
    position INTEGER NOT NULL,                                -- its place in line then
    agrees   INTEGER NOT NULL CHECK (agrees IN (0, 1)),       -- 0: the rule says another
    PRIMARY KEY (replay, offer)
) STRICT, WITHOUT ROWID;
