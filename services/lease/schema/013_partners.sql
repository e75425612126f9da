-- L10: whom the house works with, what was agreed, and what was tried. Days count from 1970-01-01.

CREATE TABLE partner (
    id   INTEGER PRIMARY KEY,                          -- minted by the service
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4), -- 1 housing organisation, 2 holistic plan, 3 local committee,
                                                       -- 4 other (PartnerKind)
    name TEXT NOT NULL UNIQUE                          -- of the organisation
) STRICT;

CREATE TABLE meeting (
    id       INTEGER PRIMARY KEY,                       -- minted by the service
    partner  INTEGER NOT NULL REFERENCES partner (id),  -- with whom
    day      INTEGER NOT NULL,                          -- when it was held
    about    TEXT NOT NULL,                             -- what it was about
    agreed   TEXT NOT NULL,                             -- what was agreed; '' when nothing was
    next_day INTEGER                                    -- when they meet again; NULL: not agreed
) STRICT;
CREATE INDEX meeting_partner ON meeting (partner, day);

CREATE TABLE initiative (
    id        INTEGER PRIMARY KEY,                       -- goes with its events
    partner   INTEGER REFERENCES partner (id),           -- with whom; NULL: the house alone
    title     TEXT NOT NULL,                             -- what is done
    purpose   TEXT NOT NULL,                             -- what for
    district  INTEGER NOT NULL CHECK (district BETWEEN 1 AND 10), -- where (GEO-01)
    start_day INTEGER NOT NULL,                          -- when it began
    end_day   INTEGER,                                   -- when it was concluded; NULL: it runs
    outcome   INTEGER CHECK (outcome BETWEEN 1 AND 4),   -- 1 reached, 2 partly, 3 not reached, 4 given up
                                                         -- (InitiativeOutcome); NULL: it runs
    result    TEXT,                                      -- what became of it, in TMF's words; NULL: it runs
    CHECK ((end_day IS NULL) = (outcome IS NULL) AND (end_day IS NULL) = (result IS NULL))
) STRICT;
