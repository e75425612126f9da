-- B3: each time data left bridging under a consent, and what came of it.

CREATE TABLE referral (
    id         INTEGER PRIMARY KEY,
    client     INTEGER NOT NULL REFERENCES client (id),
    consent    INTEGER NOT NULL REFERENCES consent (id),
    pseudonym  INTEGER UNIQUE,          -- random; what placement knows the person by. NULL once placement has erased
    shared     INTEGER NOT NULL,        -- set of ConsentField that was in the message, bit = 1 << number
    state      INTEGER NOT NULL,        -- ReferralState: 1 sent, 2 received, 3 accepted, 4 rejected, 5 unanswered,
                                        -- 6 revoked, 7 done
    reason     TEXT NOT NULL,           -- placement's words when it rejected; '' otherwise
    made_at    INTEGER NOT NULL,        -- instant
    answer_by  INTEGER NOT NULL,        -- instant when the referrer must have heard
    changed_at INTEGER NOT NULL,        -- instant of the last change of state
    erased_at  INTEGER,                 -- instant when placement says it erased; NULL before
    CHECK (state BETWEEN 1 AND 7),
    CHECK ((pseudonym IS NULL) = (erased_at IS NOT NULL))
) STRICT;
CREATE INDEX referral_consent ON referral (consent, id);
CREATE INDEX referral_client ON referral (client, id);

-- Placement is asked about one person once at a time: it could not see that two pseudonyms are the same.
CREATE UNIQUE INDEX referral_open ON referral (client) WHERE state IN (1, 2, 3, 5);
