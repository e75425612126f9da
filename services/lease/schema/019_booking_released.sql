-- L7: of released bookings only calendars ask, so a booking that stands is in one index less. Those that stand are found
-- by booking_start.

DROP INDEX booking_room_end;
CREATE INDEX booking_released ON booking (room, starts_at) WHERE released_at IS NOT NULL;
