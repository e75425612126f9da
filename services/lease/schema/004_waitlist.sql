-- L6: the waiting list, and every offer that was made from it. Rows are never deleted: the order of allocation can be
-- followed afterwards.

-- The line is the rows that have not left, by (since_day, turn).
CREATE TABLE waitlist_entry (
    id        INTEGER PRIMARY KEY,
    tenant    INTEGER NOT NULL REFERENCES tenant (id),
    desks     INTEGER NOT NULL CHECK (desks > 0),
    since_day INTEGER NOT NULL,           -- day of joining; after an offer that expired, the day of that
    turn      INTEGER NOT NULL UNIQUE,    -- rises with every joining and every expiry
    has_left  INTEGER NOT NULL CHECK (has_left IN (0, 1))
) STRICT;
CREATE INDEX waitlist_line ON waitlist_entry (since_day, turn) WHERE has_left = 0;
CREATE UNIQUE INDEX waitlist_once ON waitlist_entry (tenant) WHERE has_left = 0;

CREATE TABLE waitlist_offer (
    id         INTEGER PRIMARY KEY,
    entry      INTEGER NOT NULL REFERENCES waitlist_entry (id),
    desks      INTEGER NOT NULL CHECK (desks > 0),
    made_day   INTEGER NOT NULL,          -- the desks are kept from this day
    made_at    INTEGER NOT NULL,          -- instant
    expires_at INTEGER NOT NULL,          -- instant
    state      INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),               -- waitlist.proto, OfferState; 1 is open
    reason     TEXT NOT NULL,             -- why it was refused; '' otherwise
    lease      INTEGER REFERENCES lease (id),
    CHECK ((state = 2) = (lease IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX waitlist_open_offer ON waitlist_offer (entry) WHERE state = 1;
