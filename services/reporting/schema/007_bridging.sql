-- From SOF's bridge. Numbers of bridging alone: nobody else can connect them to anybody. Days count from 1970-01-01.

CREATE TABLE referral (
    referral INTEGER PRIMARY KEY,          -- number in bridging's events
    made_day INTEGER NOT NULL              -- the day it was made
) STRICT;
CREATE INDEX referral_made ON referral (made_day);

-- A referral can be answered more than once: accepted, and later done. Its state on a day is its last answer by then.
CREATE TABLE referral_answer (
    referral INTEGER NOT NULL,             -- as above
    number   INTEGER NOT NULL,             -- 1, 2 ... in the order they came
    day      INTEGER NOT NULL,             -- the day it came
    outcome  INTEGER NOT NULL,             -- bridging's ReferralOutcome: 1 accepted, 2 rejected, 3 unanswered,
                                           -- 4 revoked, 5 done
    PRIMARY KEY (referral, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX referral_answer_day ON referral_answer (day, number);
