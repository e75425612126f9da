-- From BIF's guidance: who came to what, as numbers of guidance alone. G9 is counted from it.

CREATE TABLE attendance (
    session     INTEGER NOT NULL,          -- id in guidance
    participant INTEGER NOT NULL,          -- id in guidance
    kind        INTEGER NOT NULL,          -- guidance's OfferKind, 1 to 6
    day         INTEGER NOT NULL,          -- when it was held
    enterprise  INTEGER NOT NULL CHECK (enterprise IN (0, 1)), -- an enterprise or founder, as opposed to a visitor
    PRIMARY KEY (session, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendance_day ON attendance (day, enterprise, kind);
