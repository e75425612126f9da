-- L4, L6: who has a desk on which days, be it offered, let, or kept for the one who is next in line. The one table that
-- says so; two holds of a desk that stand never share a day.
--
-- The handlers ask before they hold. What the schema itself can refuse without triggers, it refuses: two
-- holds from the same day, and two without an end.

CREATE TABLE desk_hold (
    desk     INTEGER NOT NULL REFERENCES desk (id),      -- one row for each desk of a lease or offer
    lease    INTEGER REFERENCES lease (id),              -- for which lease, offered or later; NULL: for an offer from
                                                         -- the waiting list
    offer    INTEGER REFERENCES waitlist_offer (id),     -- for which offer; an accepted one hands the row over to its
                                                         -- lease. NULL: for a lease
    from_day INTEGER NOT NULL,                           -- first day (days count from 1970-01-01)
    last_day INTEGER,                                    -- last day, included; notice writes it. NULL: no end is known
    stands   INTEGER NOT NULL CHECK (stands IN (0, 1)),  -- 0: withdrawn, expired or refused, it came to nothing and
                                                         -- holds no day
    CHECK ((lease IS NULL) <> (offer IS NULL)),
    CHECK (last_day >= from_day)
) STRICT;
CREATE UNIQUE INDEX desk_hold_first_day ON desk_hold (desk, from_day) WHERE stands = 1;
CREATE UNIQUE INDEX desk_hold_open_end ON desk_hold (desk) WHERE stands = 1 AND last_day IS NULL;
CREATE INDEX desk_hold_last_day ON desk_hold (desk, last_day) WHERE stands = 1;
CREATE INDEX desk_hold_lease ON desk_hold (lease);
CREATE INDEX desk_hold_offer ON desk_hold (offer);
