-- L4, L5, L10: what is read together lies together, so that a list of one lease, tenant or partner costs the same however
-- much lies between its rows. Each row elsewhere is a look into another part of a database that may be large.

-- A lease's charges as they are listed; in the table they lie by the month of their run. The column order is that of the
-- list, and what a payment looks for is in charge_open alone.
DROP INDEX charge_lease;
CREATE INDEX charge_of_lease ON charge (lease, id, kind, from_day, last_day, amount_ore, costs_ore, vat_ore, due_day,
    timely_until, open_ore);
DROP INDEX charge_open;
CREATE INDEX charge_open ON charge (lease, due_day, id, timely_until, open_ore) WHERE open_ore > 0;

DROP INDEX credit_lease;
CREATE INDEX credit_of_lease ON credit (lease, id, kind, day, amount_ore, left_ore, paid_out_ore, reference);
DROP INDEX credit_left;
CREATE INDEX credit_left ON credit (lease, id, left_ore) WHERE left_ore > 0;

DROP INDEX desk_hold_lease;
CREATE INDEX desk_hold_lease ON desk_hold (lease, desk);

-- As lease_price was, by lease.
CREATE TABLE lease_price_by_lease (
    lease             INTEGER NOT NULL REFERENCES lease (id),          -- whose price it is
    from_day          INTEGER NOT NULL,                                -- from this day until the next row's
    monthly_rent_ore  INTEGER NOT NULL CHECK (monthly_rent_ore > 0),   -- øre a month for one desk, without VAT
    monthly_costs_ore INTEGER NOT NULL CHECK (monthly_costs_ore >= 0), -- øre a month for one desk, on account for
                                                                       -- operating costs; 0: none are listed (LEA-07)
    PRIMARY KEY (lease, from_day)
) STRICT, WITHOUT ROWID;
INSERT INTO lease_price_by_lease (lease, from_day, monthly_rent_ore, monthly_costs_ore)
SELECT lease, from_day, monthly_rent_ore, monthly_costs_ore FROM lease_price ORDER BY lease, from_day;
DROP TABLE lease_price;
ALTER TABLE lease_price_by_lease RENAME TO lease_price;

-- What may go on at midnight in Copenhagen, one or two hours before that of UTC: the few that a day's list has to add to
-- what begins on it.
CREATE INDEX booking_over_night ON booking (starts_at, id)
    WHERE released_at IS NULL AND (starts_at + 3600000) / 86400000 < (ends_at + 7199999) / 86400000;

-- how many rooms stand in it; written with each that is added
ALTER TABLE premises ADD COLUMN rooms INTEGER NOT NULL DEFAULT 0;
UPDATE premises SET rooms = (SELECT count (*) FROM room WHERE room.premises = premises.id);

-- how many meetings were held with it; written with each
ALTER TABLE partner ADD COLUMN meetings INTEGER NOT NULL DEFAULT 0;
UPDATE partner SET meetings = (SELECT count (*) FROM meeting WHERE meeting.partner = partner.id);
-- The next one that was agreed with a partner.
CREATE INDEX meeting_next ON meeting (partner, next_day) WHERE next_day IS NOT NULL;
