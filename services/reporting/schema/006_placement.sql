-- From BIF's placement. `citizen` is a number that only placement can connect to anybody; here it is for counting distinct
-- citizens. What was counted stays counted when a candidate is erased there.

CREATE TABLE citizen (
    citizen  INTEGER PRIMARY KEY,
    district INTEGER NOT NULL              -- 0: not stated
) STRICT;

CREATE TABLE proposal (
    proposal     INTEGER PRIMARY KEY,      -- the match
    proposed_day INTEGER NOT NULL,
    declined_day INTEGER,                  -- NULL: nobody said no
    declined_by  INTEGER                   -- placement's Party: 1 consultant, 2 citizen, 3 enterprise
) STRICT;
CREATE INDEX proposal_proposed ON proposal (proposed_day);
CREATE INDEX proposal_declined ON proposal (declined_day, declined_by);

CREATE TABLE placement (
    placement   INTEGER PRIMARY KEY,
    started_day INTEGER NOT NULL,
    ended_day   INTEGER,                   -- the last day; NULL: goes on
    cause       INTEGER                    -- placement's EndCause, 1 to 6
) STRICT;
CREATE INDEX placement_started ON placement (started_day);
CREATE INDEX placement_ended ON placement (ended_day, cause);

-- The whole of what is known of one placement, month and source (P11).
CREATE TABLE paid (
    placement    INTEGER NOT NULL,
    month        INTEGER NOT NULL,
    source       INTEGER NOT NULL,         -- placement's HoursSource: 1 eIndkomst, 2 frikort, 3 the enterprise's own report
    citizen      INTEGER NOT NULL,
    paid_minutes INTEGER NOT NULL,
    PRIMARY KEY (placement, month, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX paid_month ON paid (month, citizen);
