-- L2, L6, L8: what would otherwise be counted through all desks, all leases and the whole line each time somebody asks.
-- Nothing here is known from here alone: it follows from desk, lease, lease_price, waitlist_offer and waitlist_entry, and
-- is written in the transaction that changes them (counts.c, waitlist_line.c). Days count from 1970-01-01, months are
-- 12 * year + (month - 1), money is øre.

-- What changes on a day, all desks of the premises together: the sum up to a day is what stands on it.
CREATE TABLE house_day (
    premises       INTEGER NOT NULL REFERENCES premises (id), -- whose desks
    day            INTEGER NOT NULL,                          -- from this day on
    desks          INTEGER NOT NULL,                          -- so many more can be let
    desks_let      INTEGER NOT NULL,                          -- so many more are under a lease that is signed, or was
    desks_reserved INTEGER NOT NULL,                          -- ... or offered, also from the waiting list
    desks_left     INTEGER NOT NULL,                          -- whose lease ended the day before
    PRIMARY KEY (premises, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX house_day_left ON house_day (day, premises, desks_left) WHERE desks_left > 0;

-- The same by month, so that nobody sums more than the days of one, and the rent that signed leases say.
CREATE TABLE house_month (
    premises       INTEGER NOT NULL REFERENCES premises (id), -- whose
    month          INTEGER NOT NULL,                          -- which
    desks          INTEGER NOT NULL,                          -- the sum of its rows in house_day
    desks_let      INTEGER NOT NULL,                          -- ...
    desks_reserved INTEGER NOT NULL,                          -- ...
    desk_days      INTEGER NOT NULL,                          -- what these changes add to the desk-days of this month
    let_days       INTEGER NOT NULL,                          -- ... of those that are let
    rent_ore       INTEGER NOT NULL,                          -- so much more rent a month, from this month on
    part_ore       INTEGER NOT NULL,                          -- and in this month alone, for leases that begin, end or
                                                              -- change their price in it
    PRIMARY KEY (premises, month)
) STRICT, WITHOUT ROWID;

-- When a desk stands free between two holds, or before the first, so that nobody looks for such days desk by desk. From
-- desk_hold, as desk.free_from is (desks.c).
CREATE TABLE desk_gap (
    premises INTEGER NOT NULL REFERENCES premises (id), -- where the desk stands
    last_day INTEGER NOT NULL,                          -- the last day that nobody has it
    from_day INTEGER NOT NULL,                          -- the first
    desk     INTEGER NOT NULL REFERENCES desk (id),     -- which
    PRIMARY KEY (premises, last_day, from_day, desk)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_gap_desk ON desk_gap (desk);

-- The line in pieces, so that nobody counts more of it than one piece and the list of them: each begins at a place and
-- goes up to the next one's.
CREATE TABLE waitlist_piece (
    key1    INTEGER NOT NULL, -- the place at which it begins, as in waitlist_entry
    key2    INTEGER NOT NULL, -- ...
    key3    INTEGER NOT NULL, -- ...
    turn    INTEGER NOT NULL, -- ...
    entries INTEGER NOT NULL, -- how many are in line in it
    PRIMARY KEY (key1, key2, key3, turn)
) STRICT, WITHOUT ROWID;

-- Whoever is first in line of those that wish for so many.
CREATE INDEX waitlist_by_wish ON waitlist_entry (desks, key1, key2, key3, turn) WHERE has_left = 0 AND has_offer = 0;
DROP INDEX waitlist_without_offer;

-- A charge run that is to be over in a house.
CREATE INDEX lease_to_charge_in_house ON lease (premises, charge_from) WHERE charge_from IS NOT NULL;

-- --- for a house that stands ---

-- Every day that something begins or ends on lies in it, with its month.
CREATE TABLE calendar (
    day       INTEGER PRIMARY KEY, -- one row for each day
    month     INTEGER NOT NULL,    -- which month it lies in
    first_day INTEGER NOT NULL,    -- of that month
    last_day  INTEGER NOT NULL     -- of that month
) STRICT;
INSERT INTO calendar (day, month, first_day, last_day)
WITH RECURSIVE
    named (day) AS (
        SELECT from_day FROM desk UNION ALL SELECT from_day FROM lease UNION ALL SELECT last_day + 1 FROM lease
        UNION ALL SELECT from_day FROM lease_price UNION ALL SELECT made_day FROM waitlist_offer),
    span (least, most) AS (
        SELECT 23640 + min (day) * 12 / 365 - 24, 23640 + max (day) * 12 / 365 + 24 FROM named WHERE day IS NOT NULL),
    months (month) AS (
        SELECT least FROM span WHERE least IS NOT NULL
        UNION ALL SELECT month + 1 FROM months JOIN span ON month < most),
    -- years that begin in March end with the day that not all of them have
    shifted (month, year, place) AS (
        SELECT month, month / 12 - CASE WHEN month % 12 < 2 THEN 1 ELSE 0 END, (month + 10) % 12 FROM months),
    begun (month, day) AS (
        SELECT month, 365 * year + year / 4 - year / 100 + year / 400 + (153 * place + 2) / 5 - 719468 FROM shifted),
    places (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM places WHERE n < 30)
SELECT begun.day + n, begun.month, begun.day, next.day - 1
FROM begun JOIN begun AS next ON next.month = begun.month + 1 JOIN places ON begun.day + n < next.day;

INSERT INTO house_day (premises, day, desks, desks_let, desks_reserved, desks_left)
SELECT premises, day, sum (desks), sum (desks_let), sum (desks_reserved), sum (desks_left) FROM (
    SELECT premises, from_day AS day, 1 AS desks, 0 AS desks_let, 0 AS desks_reserved, 0 AS desks_left FROM desk
    UNION ALL SELECT premises, from_day, 0, desks, 0, 0 FROM lease WHERE state BETWEEN 2 AND 5
    UNION ALL SELECT premises, last_day + 1, 0, -desks, 0, desks FROM lease
        WHERE state BETWEEN 2 AND 5 AND last_day IS NOT NULL
    UNION ALL SELECT premises, from_day, 0, 0, desks, 0 FROM lease WHERE state = 1
    UNION ALL SELECT premises, last_day + 1, 0, 0, -desks, 0 FROM lease WHERE state = 1 AND last_day IS NOT NULL
    UNION ALL SELECT desk.premises, offer.made_day, 0, 0, 1, 0 FROM waitlist_offer AS offer
        JOIN desk_hold ON desk_hold.offer = offer.id JOIN desk ON desk.id = desk_hold.desk WHERE offer.state = 1
) AS change GROUP BY premises, day;

INSERT INTO house_month (premises, month, desks, desks_let, desks_reserved, desk_days, let_days, rent_ore, part_ore)
SELECT premises, calendar.month, sum (desks), sum (desks_let), sum (desks_reserved),
    sum (desks * (calendar.last_day - house_day.day + 1)), sum (desks_let * (calendar.last_day - house_day.day + 1)), 0, 0
FROM house_day JOIN calendar ON calendar.day = house_day.day GROUP BY premises, calendar.month;

-- A price of a lease is owed in part of the month it begins in, in part of the month it ends in, and whole in those
-- between. A part is the difference of two rounded running totals (rent_rules.c).
INSERT INTO house_month (premises, month, desks, desks_let, desks_reserved, desk_days, let_days, rent_ore, part_ore)
WITH
    agreed AS (
        SELECT lease.premises, lease.desks * price.monthly_rent_ore AS ore, price.from_day, lease.last_day AS last_day,
            lead (price.from_day) OVER (PARTITION BY price.lease ORDER BY price.from_day) - 1 AS until
        FROM lease JOIN lease_price AS price ON price.lease = lease.id WHERE lease.state BETWEEN 2 AND 5),
    priced AS (
        SELECT premises, ore, from_day,
            CASE WHEN last_day IS NULL OR until < last_day THEN until ELSE last_day END AS last_day FROM agreed),
    placed AS (
        SELECT premises, ore, 2 * (a.last_day - a.first_day + 1) AS a_twice, from_day - a.first_day AS a_before,
            CASE WHEN priced.last_day < a.last_day THEN priced.last_day ELSE a.last_day END - a.first_day + 1 AS a_until,
            a.month AS a_month, b.month AS b_month, 2 * (b.last_day - b.first_day + 1) AS b_twice,
            priced.last_day - b.first_day + 1 AS b_until
        FROM priced JOIN calendar AS a ON a.day = from_day LEFT JOIN calendar AS b ON b.day = priced.last_day
        WHERE priced.last_day IS NULL OR priced.last_day >= from_day),
    change (premises, month, rent_ore, part_ore) AS (
        SELECT premises, a_month, 0, (2 * ore * a_until + a_twice / 2) / a_twice
            - (2 * ore * a_before + a_twice / 2) / a_twice FROM placed
        UNION ALL SELECT premises, a_month + 1, ore, 0 FROM placed WHERE b_month IS NULL OR b_month > a_month
        UNION ALL SELECT premises, b_month, -ore, (2 * ore * b_until + b_twice / 2) / b_twice FROM placed
            WHERE b_month > a_month)
SELECT premises, month, 0, 0, 0, 0, 0, sum (rent_ore), sum (part_ore) FROM change WHERE true GROUP BY premises, month
ON CONFLICT (premises, month) DO UPDATE SET rent_ore = excluded.rent_ore, part_ore = excluded.part_ore;

DROP TABLE calendar;

INSERT INTO desk_gap (premises, last_day, from_day, desk)
SELECT premises, until, since, desk FROM (
    SELECT desk.premises, hold.desk, hold.from_day - 1 AS until,
        coalesce (lag (hold.last_day) OVER (PARTITION BY hold.desk ORDER BY hold.from_day) + 1, desk.from_day) AS since
    FROM desk_hold AS hold JOIN desk ON desk.id = hold.desk WHERE hold.stands = 1
) AS gap WHERE until >= since;

INSERT INTO waitlist_piece (key1, key2, key3, turn, entries)
SELECT key1, key2, key3, turn, CASE WHEN place + 64 > entries THEN entries - place ELSE 64 END FROM (
    SELECT key1, key2, key3, turn, row_number () OVER (ORDER BY key1, key2, key3, turn) - 1 AS place,
        count (*) OVER () AS entries FROM waitlist_entry WHERE has_left = 0
) AS line WHERE place % 64 = 0;
