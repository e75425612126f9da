-- L7: whether a room is free is read from an index alone, for it has the end of each booking too: a row is looked at only
-- when it stands in the way. That no two share a moment is what booking_possible sees to, in the transaction that writes;
-- the index still keeps the same hours of a room from being written twice.

DROP INDEX booking_start;
CREATE UNIQUE INDEX booking_hours ON booking (room, starts_at, ends_at) WHERE released_at IS NULL;
