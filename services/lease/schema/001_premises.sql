-- L2: where the house is, what stands in it, and the terms that new leases get.

CREATE TABLE premises (
    id               INTEGER PRIMARY KEY,
    name             TEXT NOT NULL UNIQUE,
    address          TEXT NOT NULL,       -- '' while it is not known
    district         INTEGER NOT NULL CHECK (district BETWEEN 1 AND 10),     -- GEO-01
    step_free        INTEGER NOT NULL CHECK (step_free IN (0, 1)),
    monthly_rent_ore INTEGER NOT NULL CHECK (monthly_rent_ore > 0),          -- for one desk, without VAT
    notice_months    INTEGER NOT NULL CHECK (notice_months BETWEEN 1 AND 12) -- LEA-01
) STRICT;

-- Called prefix || number: 'A12'.
CREATE TABLE desk (
    id       INTEGER PRIMARY KEY,
    premises INTEGER NOT NULL REFERENCES premises (id),
    prefix   TEXT NOT NULL,
    number   INTEGER NOT NULL CHECK (number > 0),
    from_day INTEGER NOT NULL,            -- the first day it can be let
    UNIQUE (premises, prefix, number)
) STRICT;

CREATE TABLE room (
    id        INTEGER PRIMARY KEY,
    premises  INTEGER NOT NULL REFERENCES premises (id),
    name      TEXT NOT NULL,
    seats     INTEGER NOT NULL CHECK (seats > 0),
    step_free INTEGER NOT NULL CHECK (step_free IN (0, 1)),
    UNIQUE (premises, name)
) STRICT;

-- Days without room bookings.
CREATE TABLE closure (
    id       INTEGER PRIMARY KEY,
    premises INTEGER NOT NULL REFERENCES premises (id),
    from_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    reason   TEXT NOT NULL,               -- what stands on the door
    CHECK (last_day >= from_day)
) STRICT;
CREATE INDEX closure_day ON closure (premises, last_day);
