-- B3. What SOF and BIF have agreed on about a referred candidate. BIF's own have no row. Instants are milliseconds
-- since 1970-01-01 UTC.

CREATE TABLE referral (
    citizen           INTEGER PRIMARY KEY REFERENCES candidate,        -- as in candidate; goes with it
    state             INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),  -- 1 waiting for a decision, 2 taken on (bridging
                                                                       -- heard ACCEPTED), 3 working (it heard DONE)
                                                                       -- (ReferralState)
    consent_until_day INTEGER NOT NULL,                                -- last day on which we may hold anything
                                                                       -- (DP-03), in days since 1970-01-01; at the
                                                                       -- midnight after it a timer erases the candidate
    answer_by         INTEGER NOT NULL,                                -- instant by which the referrer must have heard.
                                                                       -- Shown to people here; the deadline itself is
                                                                       -- bridging's
    answer_refused    TEXT NOT NULL                                    -- bridging's reason for not taking our last
                                                                       -- answer, so that a person looks at it; '' while
                                                                       -- all is well
) STRICT;

-- Pseudonyms that were erased: what comes under them later finds the door closed. A keyed digest and not the number, so
-- that the door is remembered and the pseudonym is not.
CREATE TABLE erased (
    digest    BLOB PRIMARY KEY,  -- BLAKE2b of the pseudonym, 32 bytes, keyed with the service's master key, which is
                                 -- not in the store
    erased_at INTEGER NOT NULL   -- instant of the first erasure, which bridging gets as the acknowledgement however
                                 -- often it asks
) STRICT, WITHOUT ROWID;
