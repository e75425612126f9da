-- L5: the day on which rent is charged by itself, and demands that are made all at once. Days count from 1970-01-01,
-- months are 12 * year + (month - 1), instants are milliseconds since 1970-01-01 UTC.

-- One row, once a day was set.
CREATE TABLE charge_day (
    one         INTEGER PRIMARY KEY CHECK (one = 1),                 -- there is one such day
    day         INTEGER NOT NULL CHECK (day BETWEEN 0 AND 28),       -- of every month; 0: by command alone
    month_ahead INTEGER NOT NULL CHECK (month_ahead IN (0, 1)),      -- 1: it charges the month after
    next_at     INTEGER NOT NULL,                                    -- instant of its timer; 0: there is none
    last_month  INTEGER,                                             -- that it charged last; NULL: none yet
    problem     TEXT NOT NULL                                        -- why it could not begin when it was last tried; ''
                                                                     -- when it could
) STRICT;

CREATE TABLE demand_run (
    id         INTEGER PRIMARY KEY, -- told to whoever started it
    started_at INTEGER NOT NULL,    -- instant
    done_at    INTEGER,             -- instant; NULL: under way, one at a time (demand_run_open)
    at_timely  INTEGER NOT NULL,    -- where it is: last day in time of the oldest charge ...
    at_lease   INTEGER NOT NULL,    -- ... and lease of the last demand
    demands    INTEGER NOT NULL,    -- made so far
    amount_ore INTEGER NOT NULL     -- what they ask for
) STRICT;
CREATE UNIQUE INDEX demand_run_open ON demand_run ((done_at IS NULL)) WHERE done_at IS NULL;

-- Whether anything was demanded since a day.
CREATE INDEX demand_day ON demand (lease, day);
