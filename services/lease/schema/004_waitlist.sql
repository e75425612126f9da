-- L6: the waiting list, and every offer that was made from it. Rows are never deleted: the order of allocation can be
-- followed afterwards. Days count from 1970-01-01, instants are milliseconds since then (UTC); ids are minted by the
-- service and never used again.

-- The published rule: what decides who is before whom, in this order, and then the order of joining. The newest is in
-- force. A criterion is 1 the day of joining, 2 the most hours promised, 3 the largest wish that fits, 4 the smallest
-- (Criterion); 0: none.
CREATE TABLE waitlist_rule (
    id         INTEGER PRIMARY KEY,                                    -- rises: the newest has the highest
    set_at     INTEGER NOT NULL,                                       -- instant from which it is followed
    first      INTEGER NOT NULL CHECK (first BETWEEN 0 AND 4),         -- the criterion that is asked first
    second     INTEGER NOT NULL CHECK (second BETWEEN 0 AND 4),        -- ... where the first makes no difference
    third      INTEGER NOT NULL CHECK (third BETWEEN 0 AND 4),         -- ... where neither of the two does
    offer_days INTEGER NOT NULL CHECK (offer_days BETWEEN 1 AND 60),   -- how long an offer stands
    reason     TEXT NOT NULL                                           -- who decided it and why
) STRICT;
INSERT INTO waitlist_rule (id, set_at, first, second, third, offer_days, reason) VALUES (0, 0, 1, 0, 0, 7, '');

-- The line is the rows that have not left, by (key1, key2, key3, turn).
CREATE TABLE waitlist_entry (
    id        INTEGER PRIMARY KEY,                         -- minted on joining; stays the same when an expired offer
                                                           -- sends the entry to the end of the line
    tenant    INTEGER NOT NULL REFERENCES tenant (id),     -- who waits; once at a time (waitlist_once)
    desks     INTEGER NOT NULL CHECK (desks > 0),          -- how many are wanted, and only all together
    since_day INTEGER NOT NULL,                            -- day of joining, or another that TMF named; after an offer
                                                           -- that expired, the day of that
    turn      INTEGER NOT NULL UNIQUE,                     -- rises with every joining and every expiry: who came first,
                                                           -- among those of one day
    hours     INTEGER NOT NULL CHECK (hours >= 0),         -- ordinary paid hours a week for citizens that it says it
                                                           -- would offer in the house
    lapses    INTEGER NOT NULL CHECK (lapses >= 0),        -- offers to it that expired; by all criteria but the day, who
                                                           -- has fewer is before
    key1      INTEGER NOT NULL,                            -- what the first criterion of the rule in force sorts by ...
    key2      INTEGER NOT NULL,                            -- ... the second
    key3      INTEGER NOT NULL,                            -- ... and the third; lower is before
    has_offer INTEGER NOT NULL CHECK (has_offer IN (0, 1)), -- 1: an offer to it is open
    has_left  INTEGER NOT NULL CHECK (has_left IN (0, 1))  -- 1: accepted, refused or withdrew, for good; joining again
                                                           -- is a new row
) STRICT;
CREATE INDEX waitlist_line ON waitlist_entry (key1, key2, key3, turn) WHERE has_left = 0;
CREATE INDEX waitlist_without_offer ON waitlist_entry (key1, key2, key3, turn, desks) WHERE has_left = 0 AND has_offer = 0;
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

-- What happened on the list, in order, with all that the rule asked at the time: from this alone the order of allocation
-- is made again (ReplayWaitlist).
CREATE TABLE waitlist_record (
    id        INTEGER PRIMARY KEY,                             -- rises with every row: the order of what happened
    at        INTEGER NOT NULL,                                -- instant
    what      INTEGER NOT NULL CHECK (what BETWEEN 1 AND 7),   -- 1 joined, 2 offered, 3 accepted, 4 refused, 5 expired,
                                                               -- 6 withdrew, 7 another rule
    entry     INTEGER REFERENCES waitlist_entry (id),          -- whom it concerns; NULL: a rule, and so everybody
    offer     INTEGER REFERENCES waitlist_offer (id),          -- of 2 to 6: which offer; NULL: there was none
    rule      INTEGER REFERENCES waitlist_rule (id),           -- of 7: which; NULL otherwise
    since_day INTEGER NOT NULL,                                -- of 1 and 5: the day its place counts from; 0 otherwise
    free      INTEGER NOT NULL                                 -- of 2: how many desks were free together, at most 50; 0
                                                               -- otherwise
) STRICT;
