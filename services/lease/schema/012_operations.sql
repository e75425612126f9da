-- L9: what has to be done in the house. Days count from 1970-01-01.

CREATE TABLE task (
    id            INTEGER PRIMARY KEY,                                      -- minted by the service
    kind          INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),            -- 1 job, 2 fault, 3 inspection (TaskKind)
    title         TEXT NOT NULL,                                            -- what is to be done; never about a person
    premises      INTEGER REFERENCES premises (id),                         -- where; NULL: nowhere in particular
    room          INTEGER REFERENCES room (id),                             -- in which room; NULL: in none
    owner         TEXT NOT NULL,                                            -- the member of staff or craftsman who does it
    due_day       INTEGER NOT NULL,                                         -- last day on which it is not late
    repeat_months INTEGER NOT NULL CHECK (repeat_months BETWEEN 0 AND 120), -- done, it comes back so much later; 0: it
                                                                            -- does not
    opened_day    INTEGER NOT NULL,                                         -- when it was written down
    closed_day    INTEGER,                                                  -- when it was done; NULL: it is not
    outcome       TEXT,                                                     -- what came of it; NULL: nothing yet
    CHECK ((closed_day IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX task_open ON task (due_day, id) WHERE closed_day IS NULL;
CREATE INDEX task_owner ON task (owner, due_day) WHERE closed_day IS NULL;
