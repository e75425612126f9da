-- L6: the waiting list, and every offer that was made from it. Rows are never deleted: the order of allocation can be
-- followed afterwards. Days count from 1970-01-01, instants are milliseconds since then (UTC); ids are minted by the
-- service and never used again.

-- The line is the rows that have not left, by (since_day, turn).
CREATE TABLE waitlist_entry (
    id        INTEGER PRIMARY KEY,                         -- minted on joining; stays the same when an expired offer
                                                           -- sends the entry to the end of the line
    tenant    INTEGER NOT NULL REFERENCES tenant (id),     -- who waits; once at a time (waitlist_once)
    desks     INTEGER NOT NULL CHECK (desks > 0),          -- how many are wanted, and only all together
    since_day INTEGER NOT NULL,                            -- day of joining, or another that TMF named; after an offer
                                                           -- that expired, the day of that
    turn      INTEGER NOT NULL UNIQUE,                     -- rises with every joining and every expiry: who came first,
                                                           -- among those of one day
    has_left  INTEGER NOT NULL CHECK (has_left IN (0, 1))  -- 1: accepted, refused or withdrew, for good; joining again
                                                           -- is a new row
) STRICT;
CREATE INDEX waitlist_line ON waitlist_entry (since_day, turn) WHERE has_left = 0;
CREATE UNIQUE INDEX waitlist_once ON waitlist_entry (tenant) WHERE has_left = 0;

CREATE TABLE waitlist_offer (
    id         INTEGER PRIMARY KEY,                              -- what the desks are held for (desk_hold.offer) until
                                                                 -- it is answered
    entry      INTEGER NOT NULL REFERENCES waitlist_entry (id),  -- who was offered; one open offer at a time
                                                                 -- (waitlist_open_offer)
    desks      INTEGER NOT NULL CHECK (desks > 0),               -- how many, as the entry wanted
    made_day   INTEGER NOT NULL,                                 -- the desks are kept from this day, so a lease from it
                                                                 -- begins then or later
    made_at    INTEGER NOT NULL,                                 -- instant when it was made, on that day
    expires_at INTEGER NOT NULL,                                 -- instant; seven days later by the published rule,
                                                                 -- unless TMF set another for the round
                                                                 -- (OfferFreeDesks)
    state      INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),   -- 1 open, 2 accepted, 3 refused, 4 expired,
                                                                 -- 5 withdrawn with its entry (OfferState)
    reason     TEXT NOT NULL,                                    -- what the tenant said when it refused; '' otherwise
    lease      INTEGER REFERENCES lease (id),                    -- the lease that was drawn up when it was accepted;
                                                                 -- NULL: it was not
    CHECK ((state = 2) = (lease IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX waitlist_open_offer ON waitlist_offer (entry) WHERE state = 1;
