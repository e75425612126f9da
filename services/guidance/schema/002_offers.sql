-- G2. What can be booked. An offer never changes: sessions and counts rest on it.

CREATE TABLE offer (
    -- minted by the service; sessions refer to it
    id               INTEGER PRIMARY KEY,
    -- 1 pre-entrepreneurship, 2 entrepreneurship, 3 hiring, 4 workshop, 5 inspiration, 6 network meeting (OfferKind). A
    -- guide has to be competent in it, and G9 counts by it
    kind             INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
    -- what people book; also stands on the door of the room, so never about a person
    title            TEXT NOT NULL CHECK (title <> ''),
    -- how long a session of it lasts, to the minute
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 15 AND 480),
    -- 1: a session waits for a room of lease before it is booked; 0: it may have none
    needs_room       INTEGER NOT NULL CHECK (needs_room IN (0, 1)),
    -- participants in one session, at most. 1: booked for a named participant
    seats            INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 60),
    UNIQUE (kind, title)
) STRICT;
