-- B3: each time data left bridging under a consent, and what came of it. Instants are milliseconds since 1970-01-01
-- UTC. Rows are never deleted: the receipt counts them.

CREATE TABLE referral (
    id         INTEGER PRIMARY KEY,                       -- minted by the service; the number that events carry
    client     INTEGER NOT NULL REFERENCES client (id),   -- whom it is about; one open referral at a time
                                                          -- (referral_open)
    consent    INTEGER NOT NULL REFERENCES consent (id),  -- under which data left; at most 32 times under one
    pseudonym  INTEGER UNIQUE,                            -- random, drawn here; what placement knows the person by.
                                                          -- NULL once placement has erased
    shared     INTEGER NOT NULL,                          -- set of ConsentField that was in the message, bit = 1 <<
                                                          -- number: 1 abilities, 2 conditions, 3 hours, 4 district. 0:
                                                          -- only that there is a referral (B4)
    state      INTEGER NOT NULL,                          -- ReferralState: 1 sent, 2 received, 3 accepted, 4 rejected,
                                                          -- 5 unanswered, 6 revoked, 7 done
    reason     TEXT NOT NULL,                             -- why it was rejected: placement's words, or its stable
                                                          -- refusal when it could not take the message; '' otherwise
    made_at    INTEGER NOT NULL,                          -- instant when the message was written; it is sent until
                                                          -- placement answers
    answer_by  INTEGER NOT NULL,                          -- instant when the referrer must have heard; without an
                                                          -- answer the state becomes 5, and a late one still counts
    changed_at INTEGER NOT NULL,                          -- instant of the last change of state
    erased_at  INTEGER,                                   -- instant when placement says it erased; NULL before
    CHECK (state BETWEEN 1 AND 7),
    CHECK ((pseudonym IS NULL) = (erased_at IS NOT NULL))
) STRICT;
CREATE INDEX referral_consent ON referral (consent, id);
CREATE INDEX referral_client ON referral (client, id);

-- Placement is asked about one person once at a time: it could not see that two pseudonyms are the same.
CREATE UNIQUE INDEX referral_open ON referral (client) WHERE state IN (1, 2, 3, 5);
