-- L1: where the house could be. Candidates, what is looked for, what counts how much, and what was decided. Nothing here
-- is ever deleted. Days count from 1970-01-01, instants are milliseconds since then (UTC).

CREATE TABLE site (
    id              INTEGER PRIMARY KEY,                                -- minted by the service
    name            TEXT NOT NULL UNIQUE,                               -- what TMF calls it
    address         TEXT NOT NULL,                                      -- street and number; '' while it is not known
    district        INTEGER NOT NULL CHECK (district BETWEEN 1 AND 10), -- official district (GEO-01)
    area_m2         INTEGER NOT NULL CHECK (area_m2 > 0),               -- all of it
    desks           INTEGER NOT NULL CHECK (desks > 0),                 -- how many fit
    rooms           INTEGER NOT NULL CHECK (rooms >= 0),                -- meeting rooms
    yearly_rent_ore INTEGER NOT NULL CHECK (yearly_rent_ore >= 0),      -- øre a year for all of it, without VAT
    step_free       INTEGER NOT NULL CHECK (step_free IN (0, 1)),       -- 1: one gets in without a step
    available_from  INTEGER NOT NULL,                                   -- the first day it could be rented
    withdrawn       TEXT                                                -- why it is no candidate any more; NULL: it is
) STRICT;

-- What is looked for: one row, changed by SetSearch.
CREATE TABLE site_search (
    one             INTEGER PRIMARY KEY CHECK (one = 1), -- there is one search
    desks_least     INTEGER NOT NULL,                    -- the note says 40 to 50 desks (LEA-13)
    desks_most      INTEGER NOT NULL,                    -- more than these count for nothing
    rooms           INTEGER NOT NULL,                    -- meeting rooms wished for
    area_per_desk   INTEGER NOT NULL,                    -- m² for each desk, rooms included
    yearly_rent_ore INTEGER NOT NULL,                    -- øre a year that the budget has for rent
    wanted_from     INTEGER NOT NULL,                    -- the day the house should open
    CHECK (desks_most >= desks_least AND desks_least > 0)
) STRICT;
-- 500.000 kr. of rent in 2026 (deploy/facts/budget.csv), open on 1 February 2026
INSERT INTO site_search VALUES (1, 40, 50, 3, 8, 50000000, 20485);

CREATE TABLE site_weight (
    criterion INTEGER PRIMARY KEY CHECK (criterion BETWEEN 1 AND 7),  -- SiteCriterion in sites.proto
    weight    INTEGER NOT NULL CHECK (weight BETWEEN 0 AND 100)       -- only their proportions matter; 0: counts nothing
) STRICT;
INSERT INTO site_weight VALUES (1, 25), (2, 30), (3, 15), (4, 5), (5, 5), (6, 15), (7, 5);

CREATE TABLE site_decision (
    id         INTEGER PRIMARY KEY,                    -- the newest is the one that counts
    site       INTEGER NOT NULL REFERENCES site (id),  -- what was decided for
    rank       INTEGER NOT NULL,                       -- its place then; one may decide for another than the first
    score      INTEGER NOT NULL,                       -- 0 to 1000, then
    decided_by TEXT NOT NULL,                          -- the member of staff who decided
    decided_at INTEGER NOT NULL,                       -- instant
    reason     TEXT NOT NULL,                          -- why, in their words
    weights    TEXT NOT NULL                           -- what counted how much then, for people to read
) STRICT;

-- The shortlist as it stood when the decision was taken.
CREATE TABLE site_decision_rank (
    decision INTEGER NOT NULL REFERENCES site_decision (id),  -- which decision
    rank     INTEGER NOT NULL,                                -- 1 is the best
    site     INTEGER NOT NULL REFERENCES site (id),           -- who stood there
    score    INTEGER NOT NULL,                                -- 0 to 1000
    PRIMARY KEY (decision, rank)
) STRICT, WITHOUT ROWID;
