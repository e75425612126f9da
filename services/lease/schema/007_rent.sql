-- L5: what is owed and what was paid. Rows are never deleted. Money is øre; days count from 1970-01-01, months are
-- 12 * year + (month - 1), instants are milliseconds since 1970-01-01 UTC; ids are minted by the service.

-- The rules of law that were loaded. The newest set is the one in force; without any, those that came with the program.
CREATE TABLE rule_file (
    id        INTEGER PRIMARY KEY,  -- rises: the newest set has the highest
    loaded_at INTEGER NOT NULL,     -- instant
    csv       TEXT NOT NULL         -- the file as it was loaded, so that it can be shown what held when
) STRICT;

CREATE TABLE charge_run (
    id         INTEGER PRIMARY KEY,                      -- told to whoever started it
    month      INTEGER NOT NULL,                         -- everything up to the end of it is charged
    started_at INTEGER NOT NULL,                         -- instant
    done_at    INTEGER,                                  -- instant; NULL: under way, one at a time (charge_run_open)
    charges    INTEGER NOT NULL,                         -- written so far
    rent_ore   INTEGER NOT NULL                          -- their rent, without costs on account and VAT
) STRICT;
CREATE UNIQUE INDEX charge_run_open ON charge_run ((done_at IS NULL)) WHERE done_at IS NULL;

CREATE TABLE demand (
    id           INTEGER PRIMARY KEY,                             -- what the letter refers to
    lease        INTEGER NOT NULL REFERENCES lease (id),          -- who is asked to pay
    day          INTEGER NOT NULL,                                -- the day it was made
    deadline_day INTEGER NOT NULL,                                -- paid by then, the lease goes on (LEA-05)
    amount_ore   INTEGER NOT NULL CHECK (amount_ore > 0)          -- late on that day
) STRICT;
CREATE INDEX demand_lease ON demand (lease, id);

CREATE TABLE charge (
    id           INTEGER PRIMARY KEY,                            -- named on receipts and demands
    lease        INTEGER NOT NULL REFERENCES lease (id),         -- who owes it
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),  -- 1 rent, 2 deposit, 3 operating costs of a year
                                                                 -- (ChargeKind)
    month        INTEGER NOT NULL,                               -- of rent, that of its days; of the others, when it was
                                                                 -- written
    from_day     INTEGER NOT NULL,                               -- first day it pays for; of a deposit, of the lease
    last_day     INTEGER NOT NULL,                               -- last day, included; rent stays within a month
    amount_ore   INTEGER NOT NULL CHECK (amount_ore >= 0),       -- rent, deposit or share, without VAT
    costs_ore    INTEGER NOT NULL CHECK (costs_ore >= 0),        -- operating costs on account, with rent alone
    vat_ore      INTEGER NOT NULL CHECK (vat_ore >= 0),          -- of the two together; 0 unless the lease says VAT
    due_day      INTEGER NOT NULL,                               -- a working day (LEA-03), by the rules in force then
    timely_until INTEGER NOT NULL,                               -- last day on which a payment is in time (LEA-04)
    open_ore     INTEGER NOT NULL CHECK (open_ore >= 0),         -- what is not paid of all three
    UNIQUE (lease, kind, from_day),
    CHECK (open_ore <= amount_ore + costs_ore + vat_ore)
) STRICT;
CREATE INDEX charge_lease ON charge (lease);
CREATE INDEX charge_month ON charge (month);
CREATE INDEX charge_open ON charge (lease, due_day, id) WHERE open_ore > 0;
CREATE INDEX charge_late ON charge (timely_until, lease) WHERE open_ore > 0;

-- What a tenant paid, and what the house gave back: it pays what has been due longest.
CREATE TABLE credit (
    id           INTEGER PRIMARY KEY,                             -- the payment's number on its receipt
    lease        INTEGER NOT NULL REFERENCES lease (id),          -- whose
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),   -- 1 payment, 2 rent back, 3 costs back, 4 deposit
                                                                  -- back (CreditKind)
    day          INTEGER NOT NULL,                                -- the day it arrived, or was given
    amount_ore   INTEGER NOT NULL CHECK (amount_ore > 0),         -- all of it
    costs_ore    INTEGER NOT NULL CHECK (costs_ore >= 0),         -- of rent back: what of it was on account for costs
    left_ore     INTEGER NOT NULL CHECK (left_ore >= 0),          -- not used yet; pays what comes
    paid_out_ore INTEGER NOT NULL CHECK (paid_out_ore >= 0),      -- given to the tenant at the end
    reference    TEXT UNIQUE,                                     -- the bank's own name for it; NULL: it has none
    CHECK (left_ore + paid_out_ore <= amount_ore)
) STRICT;
CREATE INDEX credit_lease ON credit (lease);
CREATE INDEX credit_left ON credit (lease, id) WHERE left_ore > 0;

CREATE TABLE credit_part (
    credit     INTEGER NOT NULL REFERENCES credit (id),     -- out of which
    charge     INTEGER NOT NULL REFERENCES charge (id),     -- for what
    amount_ore INTEGER NOT NULL CHECK (amount_ore > 0),     -- how much
    PRIMARY KEY (credit, charge)
) STRICT;

CREATE TABLE settlement (
    id             INTEGER PRIMARY KEY,                             -- told to whoever started it
    premises       INTEGER NOT NULL REFERENCES premises (id),       -- whose costs
    year           INTEGER NOT NULL,                                -- one settlement for each year
    cost_ore       INTEGER NOT NULL CHECK (cost_ore > 0),           -- what it cost, without VAT
    desk_days      INTEGER NOT NULL CHECK (desk_days > 0),          -- all desks by all days on which they could be let
    days_so_far    INTEGER NOT NULL,                                -- desk-days of the leases it went through
    tenants_ore    INTEGER NOT NULL,                                -- shares of those that list costs, so far
    on_account_ore INTEGER NOT NULL,                                -- what these paid on account, so far
    leases         INTEGER NOT NULL,                                -- how many it went through
    at_from        INTEGER NOT NULL,                                -- where it is in lease_begun: first day ...
    at_lease       INTEGER NOT NULL,                                -- ... and lease
    done_at        INTEGER,                                         -- instant; NULL: under way
    UNIQUE (premises, year)
) STRICT;

-- Rent by house and month, for the house's economy (L8): the sum of what the charge runs wrote.
CREATE TABLE rent_month (
    premises INTEGER NOT NULL REFERENCES premises (id),  -- whose
    month    INTEGER NOT NULL,                           -- of the days that were paid for
    rent_ore INTEGER NOT NULL,                           -- without costs on account and VAT, less what was given back
    PRIMARY KEY (premises, month)
) STRICT;
