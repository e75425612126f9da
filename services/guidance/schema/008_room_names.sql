-- What TMF's rooms are called, from lease's log and its answers: lists show a name where they would show its number.

CREATE TABLE lease_room (
    id   INTEGER PRIMARY KEY, -- of the room in lease
    name TEXT NOT NULL        -- as it stands on the door
) STRICT;
