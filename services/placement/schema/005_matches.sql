-- P4, P9. What was proposed, why, and what people said.

CREATE TABLE run (
    id         INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,  -- instant
    ended_at   INTEGER NOT NULL,  -- instant; 0 while it is under way
    candidates INTEGER NOT NULL,  -- looked at
    positions  INTEGER NOT NULL,
    proposed   INTEGER NOT NULL,
    overtaken  INTEGER NOT NULL   -- chosen, but no longer possible when the run ended
) STRICT;

CREATE TABLE proposal (
    id              INTEGER PRIMARY KEY,                             -- `match` in events
    citizen         INTEGER NOT NULL REFERENCES candidate,
    position        INTEGER NOT NULL REFERENCES position,
    state           INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),  -- MatchState; from 5 on it is over
    score           INTEGER NOT NULL CHECK (score BETWEEN 0 AND 1000),
    weights         INTEGER NOT NULL REFERENCES weights,             -- that gave the score
    override_reason TEXT NOT NULL,                                   -- of an exclusion; '' where none stood
    run             INTEGER REFERENCES run,                          -- NULL: proposed by hand
    proposed_at     INTEGER NOT NULL,                                -- instant
    CHECK (override_reason = '' OR score = 0)                        -- no score outweighs an exclusion
) STRICT;
CREATE INDEX proposal_citizen ON proposal (citizen, position, id);
CREATE INDEX proposal_position ON proposal (position, id);

-- One undecided match between the same two at a time.
CREATE UNIQUE INDEX proposal_live ON proposal (citizen, position) WHERE state BETWEEN 1 AND 4;

-- The explanation as it was when the match was proposed, in the order in which it is read.
CREATE TABLE proposal_term (
    proposal  INTEGER NOT NULL REFERENCES proposal,
    line      INTEGER NOT NULL,
    excluding INTEGER NOT NULL CHECK (excluding IN (0, 1)),  -- an exclusion, and not a part of the score
    name      TEXT NOT NULL,                                 -- 'ability/lifting', 'hours' ...
    points    INTEGER NOT NULL CHECK (points BETWEEN 0 AND most),
    most      INTEGER NOT NULL,
    danish    TEXT NOT NULL,
    english   TEXT NOT NULL,
    PRIMARY KEY (proposal, line),
    CHECK (excluding = 0 OR most = 0)
) STRICT, WITHOUT ROWID;

-- One row per yes or no.
CREATE TABLE decision (
    proposal INTEGER NOT NULL REFERENCES proposal,
    party    INTEGER NOT NULL CHECK (party BETWEEN 1 AND 3),  -- 1 consultant, 2 citizen, 3 enterprise (Party)
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    reason   TEXT NOT NULL,
    at       INTEGER NOT NULL,                                -- instant
    actor    TEXT NOT NULL,                                   -- who wrote it down
    PRIMARY KEY (proposal, party, accepted),
    CHECK (accepted = 1 OR reason <> '')
) STRICT, WITHOUT ROWID;
