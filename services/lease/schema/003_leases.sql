-- L4: leases and the terms that were agreed. Which desks they cover stands in desk_hold; a draft covers none yet. Rows are never deleted; what
-- was agreed stays as it was when the premises' terms change. Days count from 1970-01-01, instants are milliseconds
-- since then (UTC); ids are minted by the service and never used again.

CREATE TABLE lease (
    -- minted with the offer; the lease keeps it to the end
    id               INTEGER PRIMARY KEY,
    -- to whom it is offered
    tenant           INTEGER NOT NULL REFERENCES tenant (id),
    -- where its desks stand; all in one house
    premises         INTEGER NOT NULL REFERENCES premises (id),
    -- 1 offered, 2 signed, 3 active, 4 notice given, 5 ended, 6 withdrawn, 7 expired, 8 draft (LeaseState). 3, 5 and 7
    -- come by themselves
    state            INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),
    -- how many it covers; as many as its rows in desk_hold once it is offered
    desks            INTEGER NOT NULL CHECK (desks > 0),
    -- the first day; a lease that is signed becomes active on it
    from_day         INTEGER NOT NULL,
    -- the last day, included. NULL: until notice; notice (GiveNotice) writes it
    last_day         INTEGER,
    -- whole months of notice, to the first of a month; three unless agreed otherwise (LEA-01)
    notice_months    INTEGER NOT NULL CHECK (notice_months BETWEEN 1 AND 12),
    -- øre, as agreed; 0: none, as always when the lease comes from the waiting list
    deposit_ore      INTEGER NOT NULL CHECK (deposit_ore >= 0),
    -- 1: the house is registered for VAT on letting, which is exempt otherwise (LEA-12). The rent here is without it
    -- either way
    vat              INTEGER NOT NULL CHECK (vat IN (0, 1)),
    -- instant; an offer that is not signed by then expires. NULL: it stands until it is signed or withdrawn
    answer_by        INTEGER,
    -- the day notice arrived, from which its months count; NULL: none has
    notice_day       INTEGER,
    -- 1 the house gave notice, 0 the tenant; NULL: nobody has
    notice_by_house  INTEGER CHECK (notice_by_house IN (0, 1)),
    -- what the house rests its notice on: it may not give any without (LEA-02); '' from a tenant who did not say, NULL:
    -- no notice
    notice_ground    TEXT,
    -- rent is charged up to and with this day; the day before the first one at first. Moves in the transaction that
    -- writes the charge, so no day is charged twice (L5)
    charged_until    INTEGER NOT NULL,
    -- the first day that rent is still to be charged for; NULL: none, as yet or any more
    charge_from      INTEGER GENERATED ALWAYS AS (
                         CASE WHEN state BETWEEN 2 AND 5 AND (last_day IS NULL OR charged_until < last_day)
                              THEN charged_until + 1 END) STORED,
    CHECK (last_day >= from_day),
    CHECK ((notice_day IS NULL) = (notice_by_house IS NULL)),
    CHECK (state NOT IN (4, 5) OR last_day IS NOT NULL)
) STRICT;
CREATE INDEX lease_tenant ON lease (tenant, id);
CREATE INDEX lease_state ON lease (state, id);
-- What a charge run still has to go through, the one that is furthest behind first.
CREATE INDEX lease_to_charge ON lease (charge_from, id) WHERE charge_from IS NOT NULL;
-- Those whose desks are offered or let, now or soon.
CREATE INDEX lease_running ON lease (premises, from_day) WHERE state BETWEEN 1 AND 4;
-- In an order that never changes: what goes through them in steps misses none.
CREATE INDEX lease_begun ON lease (premises, from_day, id);

-- The price of a lease over time; the first row is what was agreed at the beginning.
CREATE TABLE lease_price (
    lease             INTEGER NOT NULL REFERENCES lease (id),          -- whose price it is
    from_day          INTEGER NOT NULL,                                -- from this day until the next row's
    monthly_rent_ore  INTEGER NOT NULL CHECK (monthly_rent_ore > 0),   -- øre a month for one desk, without VAT
    monthly_costs_ore INTEGER NOT NULL CHECK (monthly_costs_ore >= 0), -- øre a month for one desk, on account for
                                                                       -- operating costs; 0: none are listed (LEA-07)
    PRIMARY KEY (lease, from_day)
) STRICT;
