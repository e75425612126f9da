-- L3, L7, L9 to L11: the order of lists, so that a page of one is read and not looked for.

-- What stands in all rooms together, as it comes.
CREATE INDEX booking_standing ON booking (starts_at, id) WHERE released_at IS NULL;
-- The smallest room that is large enough comes first.
CREATE INDEX room_seats ON room (seats, id);

CREATE INDEX meeting_day ON meeting (day, id);
-- One that runs and one that is over are listed apart.
CREATE INDEX initiative_running ON initiative (id) WHERE end_day IS NULL;
CREATE INDEX initiative_with ON initiative (partner) WHERE end_day IS NULL;
CREATE INDEX initiative_concluded ON initiative (id) WHERE end_day IS NOT NULL;

-- What is done, by whoever did it and by kind.
CREATE INDEX task_closed ON task (id) WHERE closed_day IS NOT NULL;
CREATE INDEX task_closed_owner ON task (owner, id) WHERE closed_day IS NOT NULL;
CREATE INDEX task_closed_kind ON task (kind, id) WHERE closed_day IS NOT NULL;

CREATE INDEX item_kind ON item (kind, id);

-- Leases that are signed and not over, and those that are, by the day. (Whole, for its column is also asked by a
-- parameter: beside a partial index on one value, SQLite would plan such a statement anew each time.)
CREATE INDEX lease_standing ON lease (id) WHERE state BETWEEN 2 AND 4;
CREATE INDEX lease_over ON lease (state, last_day);

-- 1: it promised jobs, or BIF's log names one of its (L12); written by whatever makes it so
ALTER TABLE tenant ADD COLUMN returns INTEGER NOT NULL DEFAULT 0 CHECK (returns IN (0, 1));
UPDATE tenant SET returns = 1 WHERE EXISTS (SELECT 1 FROM promise WHERE promise.tenant = tenant.id)
    OR EXISTS (SELECT 1 FROM offered_position AS offered WHERE offered.cvr = tenant.cvr);
CREATE INDEX tenant_returns ON tenant (name, id) WHERE returns = 1;
