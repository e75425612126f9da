-- L4, L6: who has a desk on which days, be it offered, let, or kept for the one who is next in line. The one table that
-- says so; two holds of a desk that stand never share a day.
--
-- The handlers ask before they hold. What the schema itself can refuse without triggers, it refuses: two
-- holds from the same day, and two without an end.

CREATE TABLE desk_hold (
    desk     INTEGER NOT NULL REFERENCES desk (id),
    lease    INTEGER REFERENCES lease (id),
    offer    INTEGER REFERENCES waitlist_offer (id),
    from_day INTEGER NOT NULL,
    last_day INTEGER,                     -- NULL: no end is known
    stands   INTEGER NOT NULL CHECK (stands IN (0, 1)),                      -- 0: it came to nothing and holds no day
    CHECK ((lease IS NULL) <> (offer IS NULL)),
    CHECK (last_day >= from_day)
) STRICT;
CREATE UNIQUE INDEX desk_hold_first_day ON desk_hold (desk, from_day) WHERE stands = 1;
CREATE UNIQUE INDEX desk_hold_open_end ON desk_hold (desk) WHERE stands = 1 AND last_day IS NULL;
CREATE INDEX desk_hold_lease ON desk_hold (lease);
CREATE INDEX desk_hold_offer ON desk_hold (offer);
