-- From BIF's guidance: who came to what, as numbers of guidance alone. G9 is counted from it.

CREATE TABLE attendance (
    session     INTEGER NOT NULL,          -- id in guidance
    participant INTEGER NOT NULL,          -- id in guidance
    kind        INTEGER NOT NULL,          -- guidance's OfferKind: 1 pre-entrepreneurship,
                                           -- 2 entrepreneurship, 3 hiring, 4 workshop, 5 inspiration,
                                           -- 6 network meeting
    day         INTEGER NOT NULL,          -- when it was held, in days since 1970-01-01
    enterprise  INTEGER NOT NULL CHECK (enterprise IN (0, 1)), -- an enterprise or founder, as opposed to a visitor
    PRIMARY KEY (session, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendance_day ON attendance (day, enterprise, kind);
