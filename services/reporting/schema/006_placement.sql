-- From BIF's placement. `citizen` is a number that only placement can connect to anybody; here it is for counting
-- distinct citizens. What was counted stays counted when a candidate is erased there. Days count from 1970-01-01.

CREATE TABLE citizen (
    citizen  INTEGER PRIMARY KEY,          -- number in placement's events
    district INTEGER NOT NULL              -- 0: not stated
) STRICT;

CREATE TABLE proposal (
    proposal     INTEGER PRIMARY KEY,      -- the match
    proposed_day INTEGER NOT NULL,         -- the day it was put forward
    declined_day INTEGER,                  -- NULL: nobody said no
    declined_by  INTEGER                   -- placement's Party: 1 consultant, 2 citizen, 3 enterprise;
                                           -- NULL: nobody
) STRICT;
CREATE INDEX proposal_proposed ON proposal (proposed_day);
CREATE INDEX proposal_declined ON proposal (declined_day, declined_by);

CREATE TABLE placement (
    placement   INTEGER PRIMARY KEY,       -- id in placement
    started_day INTEGER NOT NULL,          -- first day
    ended_day   INTEGER,                   -- the last day; NULL: goes on
    cause       INTEGER                    -- placement's EndCause: 1 contract ended, 2 the citizen's wish,
                                           -- 3 the enterprise's wish, 4 a new job, 5 education, 6 other;
                                           -- NULL: goes on
) STRICT;
CREATE INDEX placement_started ON placement (started_day);
CREATE INDEX placement_ended ON placement (ended_day, cause);

-- The whole of what is known of one placement, month and source (P11).
CREATE TABLE paid (
    placement    INTEGER NOT NULL,         -- id in placement
    month        INTEGER NOT NULL,         -- 12 * year + (month - 1)
    source       INTEGER NOT NULL,         -- placement's HoursSource: 1 eIndkomst, 2 frikort (SF-16),
                                           -- 3 the enterprise's own report
    citizen      INTEGER NOT NULL,         -- as in citizen, which may come later
    paid_minutes INTEGER NOT NULL,         -- ordinary paid work; 0: the report was taken back
    PRIMARY KEY (placement, month, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX paid_month ON paid (month, citizen);
