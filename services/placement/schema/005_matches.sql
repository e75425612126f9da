-- P4, P9. What was proposed, why, and what people said. Instants are milliseconds since 1970-01-01 UTC. Runs are counts
-- alone; the rest goes with the erasure of the candidate.

-- One round over everybody who waits and everything that is open (ProposeMatches). What it proposed and what was
-- overtaken is 0 until it has ended.
CREATE TABLE run (
    id         INTEGER PRIMARY KEY,  -- minted by the service; GetRun asks by it
    started_at INTEGER NOT NULL,     -- instant when the snapshot was taken
    ended_at   INTEGER NOT NULL,     -- instant; 0 while it is under way
    candidates INTEGER NOT NULL,     -- how many were in the snapshot, at most 500
    positions  INTEGER NOT NULL,     -- how many positions with unclaimed openings were in it, at most 200
    proposed   INTEGER NOT NULL,     -- how many matches came of it, at most 60
    overtaken  INTEGER NOT NULL,     -- chosen, but no longer possible when the run ended
    failed     INTEGER NOT NULL DEFAULT 0 CHECK (failed IN (0, 1)) -- 1: it ended without a result
) STRICT;

CREATE TABLE proposal (
    id              INTEGER PRIMARY KEY,                                -- minted by the service; `match` in events
    citizen         INTEGER NOT NULL REFERENCES candidate,              -- who would work; gone with an erasure, and the
                                                                        -- whole row with it
    position        INTEGER NOT NULL REFERENCES position,               -- where; open when it was proposed
    state           INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),     -- 1 proposed, 2 approved, 3 citizen accepted,
                                                                        -- 4 agreed, 5 started, 6 declined (MatchState);
                                                                        -- from 5 on it is over
    score           INTEGER NOT NULL CHECK (score BETWEEN 0 AND 1000),  -- sum of its terms when it was proposed; 0 when
                                                                        -- something excluded it
    weights         INTEGER NOT NULL REFERENCES weights,                -- version that gave the score
    override_reason TEXT NOT NULL,                                      -- why a person proposed it against an
                                                                        -- exclusion; '' where none stood
    run             INTEGER REFERENCES run,                             -- the run that chose it; NULL: proposed by hand
    proposed_at     INTEGER NOT NULL,                                   -- instant
    CHECK (override_reason = '' OR score = 0)                           -- no score outweighs an exclusion
) STRICT;
CREATE INDEX proposal_citizen ON proposal (citizen, position, id);
CREATE INDEX proposal_position ON proposal (position, id);

-- One undecided match between the same two at a time.
CREATE UNIQUE INDEX proposal_live ON proposal (citizen, position) WHERE state BETWEEN 1 AND 4;

-- The explanation as it was when the match was proposed, in the order in which it is read.
CREATE TABLE proposal_term (
    proposal  INTEGER NOT NULL REFERENCES proposal,                -- what it explains
    line      INTEGER NOT NULL,                                    -- 0, 1, 2 ... as it is read: all exclusions, or all
                                                                   -- terms
    excluding INTEGER NOT NULL CHECK (excluding IN (0, 1)),        -- 1: an exclusion, and not a part of the score
    name      TEXT NOT NULL,                                       -- 'ability/lifting', 'hours', 'condition/quiet' ...:
                                                                   -- the same in every language
    points    INTEGER NOT NULL CHECK (points BETWEEN 0 AND most),  -- what the term gave; 0 for an exclusion
    most      INTEGER NOT NULL,                                    -- what it could have given at most under these
                                                                   -- weights; 0 for an exclusion
    danish    TEXT NOT NULL,                                       -- the line in plain Danish, as it was true then
    english   TEXT NOT NULL,                                       -- the same in English
    PRIMARY KEY (proposal, line),
    CHECK (excluding = 0 OR most = 0)
) STRICT, WITHOUT ROWID;

-- One row per yes or no, as BIF wrote it down; who said yes can still say no.
CREATE TABLE decision (
    proposal INTEGER NOT NULL REFERENCES proposal,            -- about which match
    party    INTEGER NOT NULL CHECK (party BETWEEN 1 AND 3),  -- 1 consultant, 2 citizen, 3 enterprise (Party): whose
                                                              -- word it is; asked in this order
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),     -- 1 yes, 0 no; any no ends the match
    reason   TEXT NOT NULL,                                   -- in their words; a no has one, '' for a yes without
    at       INTEGER NOT NULL,                                -- instant when it was written down
    actor    TEXT NOT NULL,                                   -- who wrote it down, as the journal names them
    PRIMARY KEY (proposal, party, accepted),
    CHECK (accepted = 1 OR reason <> '')
) STRICT, WITHOUT ROWID;
