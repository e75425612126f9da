-- Letters: the templates that TMF made its own. Without a row, the one that came with the program is used.

CREATE TABLE letter_template (
    kind   INTEGER PRIMARY KEY,   -- of letter (LetterKind)
    set_at INTEGER NOT NULL,      -- instant from which it is used
    text   TEXT NOT NULL          -- as it was given; it was checked then
) STRICT;
