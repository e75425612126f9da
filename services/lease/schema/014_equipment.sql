-- L11: what the house lends. One item is with one tenant at a time. Days count from 1970-01-01.

CREATE TABLE item (
    id        INTEGER PRIMARY KEY,                                -- minted by the service
    name      TEXT NOT NULL UNIQUE,                               -- what is written on it: 'Cykel 4'
    kind      TEXT NOT NULL,                                      -- 'cykel'
    condition INTEGER NOT NULL CHECK (condition BETWEEN 1 AND 4)  -- 1 good, 2 worn, 3 damaged, 4 lost
                                                                  -- (ItemCondition); 3 and 4 are not lent
) STRICT;

CREATE TABLE loan (
    id           INTEGER PRIMARY KEY,                          -- minted by the service
    item         INTEGER NOT NULL REFERENCES item (id),        -- what
    tenant       INTEGER NOT NULL REFERENCES tenant (id),      -- to whom
    from_day     INTEGER NOT NULL,                             -- when it was handed out
    due_day      INTEGER NOT NULL,                             -- when it should be back
    returned_day INTEGER,                                      -- when it came back; NULL: it is out
    condition    INTEGER CHECK (condition BETWEEN 1 AND 4),    -- how it came back; NULL: it is out
    remark       TEXT NOT NULL,                                -- about the thing, never about a person; '' when none
    CHECK ((returned_day IS NULL) = (condition IS NULL))
) STRICT;
CREATE UNIQUE INDEX loan_out ON loan (item) WHERE returned_day IS NULL;
CREATE INDEX loan_item ON loan (item, id);
