-- G3. Who guides, and when. Minutes are since midnight by the clock in Copenhagen; to_minute is not included.

CREATE TABLE guide (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> '')
) STRICT;

CREATE TABLE guide_competence (
    guide INTEGER NOT NULL REFERENCES guide,
    kind  INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),              -- OfferKind
    PRIMARY KEY (guide, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE guide_language (
    guide    INTEGER NOT NULL REFERENCES guide,
    language TEXT NOT NULL,                                           -- "da", "en" ...
    PRIMARY KEY (guide, language)
) STRICT, WITHOUT ROWID;

-- The plan of the week. It does not hold on public holidays.
CREATE TABLE guide_hours (
    guide       INTEGER NOT NULL REFERENCES guide,
    weekday     INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),     -- 1 Monday
    from_minute INTEGER NOT NULL,
    to_minute   INTEGER NOT NULL,
    PRIMARY KEY (guide, weekday, from_minute),
    CHECK (0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440)
) STRICT, WITHOUT ROWID;

-- Days on which neither plan nor holiday counts, only the hours that stand in guide_exception_hours: none means away.
CREATE TABLE guide_exception (
    guide INTEGER NOT NULL REFERENCES guide,
    day   INTEGER NOT NULL,
    PRIMARY KEY (guide, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE guide_exception_hours (
    guide       INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    from_minute INTEGER NOT NULL,
    to_minute   INTEGER NOT NULL,
    PRIMARY KEY (guide, day, from_minute),
    FOREIGN KEY (guide, day) REFERENCES guide_exception,
    CHECK (0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440)
) STRICT, WITHOUT ROWID;
