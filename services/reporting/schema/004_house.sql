-- From TMF's feed: desks, leases and the waiting list as numbers. Ids are those of lease, days count from 1970-01-01.

CREATE TABLE desk (
    desk     INTEGER PRIMARY KEY,          -- id in lease
    district INTEGER NOT NULL,             -- 0: not stated
    from_day INTEGER NOT NULL              -- the day it can be let from
) STRICT;
CREATE INDEX desk_district ON desk (district, from_day);

CREATE TABLE lease (
    lease       INTEGER PRIMARY KEY,       -- id in lease
    tenant      INTEGER NOT NULL,          -- id in lease
    desks       INTEGER NOT NULL,          -- how many it lets
    active_from INTEGER,                   -- first day; NULL: signed, not begun
    last_day    INTEGER                    -- NULL: not ended
) STRICT;
CREATE INDEX lease_days ON lease (active_from, last_day);

CREATE TABLE waitlist_entry (
    entry      INTEGER PRIMARY KEY,        -- id in lease
    joined_day INTEGER NOT NULL,           -- the day it came in line
    left_day   INTEGER                     -- the first day it was not; NULL: still in line
) STRICT;
CREATE INDEX waitlist_entry_days ON waitlist_entry (joined_day, left_day);
