-- L3: what a desk is worth on the market, and the aid that lies in paying less (LEA-08 to LEA-11). Money is øre; days
-- count from 1970-01-01; ids are minted by the service. Nothing here is ever deleted.

-- What an assessment found. The newest that has begun is the one in force.
CREATE TABLE market_rent (
    premises         INTEGER NOT NULL REFERENCES premises (id),      -- whose desks
    from_day         INTEGER NOT NULL,                               -- the first day it holds
    monthly_rent_ore INTEGER NOT NULL CHECK (monthly_rent_ore > 0),  -- øre a month for one desk, without VAT
    source           TEXT NOT NULL,                                  -- who assessed it, and how
    PRIMARY KEY (premises, from_day)
) STRICT, WITHOUT ROWID;

-- Aid that was granted to an undertaking, by the house or, as it declared, by others. All of it counts to the ceiling.
CREATE TABLE aid (
    id           INTEGER PRIMARY KEY,                         -- what a report of it refers to
    tenant       INTEGER NOT NULL REFERENCES tenant (id),     -- the undertaking
    lease        INTEGER REFERENCES lease (id),               -- the lease whose rent it lies in; NULL: another kind
    day          INTEGER NOT NULL,                            -- when it was granted: its three years begin here
    amount_ore   INTEGER NOT NULL CHECK (amount_ore > 0),     -- gross grant equivalent
    basis        TEXT NOT NULL,                               -- the legal basis it rests on (LEA-09)
    by_others    INTEGER NOT NULL CHECK (by_others IN (0, 1)), -- 1: the undertaking declared it; others register it
    reference    TEXT,                                        -- its number in the central register (LEA-11); NULL: not
                                                              -- reported
    reported_day INTEGER,                                     -- when it was reported; NULL: it was not
    CHECK ((reference IS NULL) = (reported_day IS NULL))
) STRICT;
CREATE INDEX aid_tenant ON aid (tenant, day);
