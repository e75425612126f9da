-- G2. What can be booked. An offer never changes: sessions and counts rest on it.

CREATE TABLE offer (
    id               INTEGER PRIMARY KEY,
    kind             INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),  -- OfferKind
    title            TEXT NOT NULL CHECK (title <> ''),
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 15 AND 480),
    needs_room       INTEGER NOT NULL CHECK (needs_room IN (0, 1)),
    seats            INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 60), -- participants in one session
    UNIQUE (kind, title)
) STRICT;
