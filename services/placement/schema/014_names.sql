-- X5. Open positions are found by their title, by its beginning and by its end (node/names.h).

CREATE INDEX position_name ON position (name_key (title), id) WHERE closed = 0;
CREATE INDEX position_name_back ON position (name_key_back (title), id) WHERE closed = 0;
