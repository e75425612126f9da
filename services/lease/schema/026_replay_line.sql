-- L6: the line that a replay makes lies in pieces, in the order of the rule that holds there, so that a fact of the record
-- costs a look at one of them and not at the line. A replay that is under way begins again.

DROP TABLE replay_entry;
DELETE FROM replay_offer WHERE replay IN (SELECT id FROM replay WHERE done_at IS NULL);
DELETE FROM replay WHERE done_at IS NULL;

-- The line as the record makes it.
CREATE TABLE replay_entry (
    replay    INTEGER NOT NULL REFERENCES replay (id),         -- which replay
    entry     INTEGER NOT NULL REFERENCES waitlist_entry (id), -- who waits
    piece     INTEGER NOT NULL,                                -- in which piece of the line, by its number
    desks     INTEGER NOT NULL,                                -- as in waitlist_entry, at that moment
    hours     INTEGER NOT NULL,                                -- ...
    lapses    INTEGER NOT NULL,                                -- ...
    since_day INTEGER NOT NULL,                                -- ...
    turn      INTEGER NOT NULL,                                -- ...
    has_offer INTEGER NOT NULL CHECK (has_offer IN (0, 1)),    -- ...
    PRIMARY KEY (replay, piece, entry),
    UNIQUE (replay, entry)
) STRICT, WITHOUT ROWID;

-- One for 64 and more in line; in the order of who stands first in each.
CREATE TABLE replay_piece (
    replay      INTEGER NOT NULL REFERENCES replay (id), -- which replay
    piece       INTEGER NOT NULL,                        -- its number; rises with each that is made
    entries     INTEGER NOT NULL,                        -- how many lie in it
    least_desks INTEGER NOT NULL,                        -- the smallest wish among those without an offer; 0: all have one
    entry       INTEGER NOT NULL,                        -- who stands first in it
    desks       INTEGER NOT NULL,                        -- as in replay_entry, of who stands first
    hours       INTEGER NOT NULL,                        -- ...
    lapses      INTEGER NOT NULL,                        -- ...
    since_day   INTEGER NOT NULL,                        -- ...
    turn        INTEGER NOT NULL,                        -- ...
    PRIMARY KEY (replay, piece)
) STRICT, WITHOUT ROWID;
