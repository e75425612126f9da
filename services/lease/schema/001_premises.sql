-- L2: where the house is, what stands in it, and the terms that new leases get. Written by TMF's staff; nothing here is
-- ever deleted. Days count from 1970-01-01; ids are minted by the service and never used again.

CREATE TABLE premises (
    -- what desks, rooms and closures refer to
    id               INTEGER PRIMARY KEY,
    -- what people call it; one name, one house
    name             TEXT NOT NULL UNIQUE,
    -- street and number; '' while it is not known
    address          TEXT NOT NULL,
    -- official district (GEO-01); goes with the event of each desk, so that desks can be counted by district
    district         INTEGER NOT NULL CHECK (district BETWEEN 1 AND 10),
    -- 1: one gets in without a step; for people to read, nothing is decided from it
    step_free        INTEGER NOT NULL CHECK (step_free IN (0, 1)),
    -- øre a month for one desk, without VAT. What a new lease gets unless its offer says otherwise (SetTerms)
    monthly_rent_ore INTEGER NOT NULL CHECK (monthly_rent_ore > 0),
    -- whole months of notice, to the first of a month; three unless agreed otherwise (LEA-01). As the rent, for new
    -- leases alone
    notice_months    INTEGER NOT NULL CHECK (notice_months BETWEEN 1 AND 12)
) STRICT;

-- Called prefix || number: 'A12'. Who has it on which days stands in desk_hold.
CREATE TABLE desk (
    id       INTEGER PRIMARY KEY,                        -- rises in the order in which desks were added
    premises INTEGER NOT NULL REFERENCES premises (id),  -- where it stands; all desks of one lease stand in one
    prefix   TEXT NOT NULL,                              -- a letter or word that TMF chose: 'A'
    number   INTEGER NOT NULL CHECK (number > 0),        -- goes on where the last one with this prefix ended
    from_day INTEGER NOT NULL,                           -- the first day it can be let
    free_from INTEGER,                                   -- from this day on nobody has it, as far as is known; NULL: no
                                                         -- end of it is known. Follows from desk_hold, and moves with it
    UNIQUE (premises, prefix, number)
) STRICT;
CREATE INDEX desk_begun ON desk (premises, from_day);
CREATE INDEX desk_free ON desk (premises, free_from, prefix, number);

CREATE TABLE room (
    id        INTEGER PRIMARY KEY,                           -- guidance knows rooms by it too
    premises  INTEGER NOT NULL REFERENCES premises (id),     -- whose closures keep it from being booked
    name      TEXT NOT NULL,                                 -- what people call it; once in each premises
    seats     INTEGER NOT NULL CHECK (seats > 0),            -- how many it seats; for people to read, bookings do not
                                                             -- ask
    step_free INTEGER NOT NULL CHECK (step_free IN (0, 1)),  -- 1: one gets in without a step; for people to read
    UNIQUE (premises, name)
) STRICT;

-- Days without room bookings. Bookings that stand are not touched, and leases are not concerned.
CREATE TABLE closure (
    id       INTEGER PRIMARY KEY,                        -- only for the row's own sake: closures are never named
    premises INTEGER NOT NULL REFERENCES premises (id),  -- all of its rooms
    from_day INTEGER NOT NULL,                           -- first day, by the calendar in Copenhagen
    last_day INTEGER NOT NULL,                           -- last day, included; the same as from_day for a single one
    reason   TEXT NOT NULL,                              -- what stands on the door; part of the refusal that a booking
                                                         -- gets
    CHECK (last_day >= from_day)
) STRICT;
CREATE INDEX closure_day ON closure (premises, last_day);
