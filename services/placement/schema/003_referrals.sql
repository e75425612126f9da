-- B3. What SOF and BIF have agreed on about a referred candidate.

CREATE TABLE referral (
    citizen           INTEGER PRIMARY KEY REFERENCES candidate,
    state             INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),  -- ReferralState: waiting, taken on, working
    consent_until_day INTEGER NOT NULL,                                -- last day on which we may hold anything
    answer_by         INTEGER NOT NULL,                                -- instant by which the referrer must have heard
    answer_refused    TEXT NOT NULL                                    -- by bridging, why; '' while all is well
) STRICT;

-- Pseudonyms that were erased: what comes under them later finds the door closed. A keyed digest and not the number, so
-- that the door is remembered and the pseudonym is not.
CREATE TABLE erased (
    digest    BLOB PRIMARY KEY,
    erased_at INTEGER NOT NULL  -- instant
) STRICT, WITHOUT ROWID;
