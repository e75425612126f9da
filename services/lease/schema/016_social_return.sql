-- L12: what tenants said they would offer, and what BIF's log says came of it. Of that log only jobs and months are kept:
-- never a citizen's number, never a wage. Days count from 1970-01-01, months are 12 * year + (month - 1).

-- The newest promise that has begun counts.
CREATE TABLE promise (
    tenant          INTEGER NOT NULL REFERENCES tenant (id),          -- who promised
    from_month      INTEGER NOT NULL,                                 -- the first month it holds for
    jobs            INTEGER NOT NULL CHECK (jobs >= 0),               -- small jobs held at the same time
    monthly_minutes INTEGER NOT NULL CHECK (monthly_minutes >= 0),    -- ordinary paid work a month, all jobs together
    PRIMARY KEY (tenant, from_month)
) STRICT, WITHOUT ROWID;

CREATE TABLE offered_position (
    position INTEGER PRIMARY KEY,  -- BIF's number of it
    cvr      TEXT NOT NULL         -- the enterprise; a tenant or not
) STRICT;
CREATE INDEX offered_position_cvr ON offered_position (cvr);

CREATE TABLE held_job (
    placement INTEGER PRIMARY KEY,                                     -- BIF's number of it
    position  INTEGER NOT NULL REFERENCES offered_position (position), -- which job
    start_day INTEGER NOT NULL,                                        -- the first day
    end_day   INTEGER                                                  -- the last day; NULL: it is held
) STRICT;
CREATE INDEX held_job_position ON held_job (position);

-- A later report of the same month and source replaces an earlier one.
CREATE TABLE worked_month (
    placement INTEGER NOT NULL REFERENCES held_job (placement),  -- which job
    month     INTEGER NOT NULL,                                  -- when
    source    INTEGER NOT NULL,                                  -- 1 eIndkomst, 2 frikort, 3 the enterprise
                                                                 -- (placement.HoursSource)
    minutes   INTEGER NOT NULL CHECK (minutes >= 0),             -- paid
    PRIMARY KEY (placement, month, source)
) STRICT, WITHOUT ROWID;
