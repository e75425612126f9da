-- From TMF's feed: desks, leases and the waiting list as numbers. Ids are those of lease.

CREATE TABLE desk (
    desk     INTEGER PRIMARY KEY,
    district INTEGER NOT NULL,             -- 0: not stated
    from_day INTEGER NOT NULL              -- the day it can be let from
) STRICT;
CREATE INDEX desk_district ON desk (district, from_day);

CREATE TABLE lease (
    lease       INTEGER PRIMARY KEY,
    tenant      INTEGER NOT NULL,
    desks       INTEGER NOT NULL,
    active_from INTEGER,                   -- NULL: signed, not begun
    last_day    INTEGER                    -- NULL: not ended
) STRICT;
CREATE INDEX lease_days ON lease (active_from, last_day);

CREATE TABLE waitlist_entry (
    entry      INTEGER PRIMARY KEY,
    joined_day INTEGER NOT NULL,
    left_day   INTEGER                     -- NULL: still in line
) STRICT;
CREATE INDEX waitlist_entry_days ON waitlist_entry (joined_day, left_day);
