-- G3. Who guides, and when. Minutes are since midnight by the clock in Copenhagen; to_minute is not included, so 1440
-- is the end of the day. Stretches of one day neither overlap nor touch; there are at most 8. Changing them leaves
-- booked sessions as they are.

CREATE TABLE guide (
    id   INTEGER PRIMARY KEY,              -- sessions, hours and exceptions refer to it
    name TEXT NOT NULL CHECK (name <> '')  -- what colleagues and participants call the guide at work: an office, not a
                                           -- person's file
) STRICT;

-- What a guide may be booked for; no row, no session.
CREATE TABLE guide_competence (
    guide INTEGER NOT NULL REFERENCES guide,              -- whose competence
    kind  INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),  -- 1 pre-entrepreneurship, 2 entrepreneurship, 3 hiring,
                                                          -- 4 workshop, 5 inspiration, 6 network meeting (OfferKind)
    PRIMARY KEY (guide, kind)
) STRICT, WITHOUT ROWID;

-- For finding a guide (ListGuides); booking does not ask.
CREATE TABLE guide_language (
    guide    INTEGER NOT NULL REFERENCES guide,  -- who speaks it
    language TEXT NOT NULL,                      -- short name in small letters: 'da', 'en', 'ar'
    PRIMARY KEY (guide, language)
) STRICT, WITHOUT ROWID;

-- The plan of the week, replaced as a whole (SetWorkingPlan). It does not hold on public holidays.
CREATE TABLE guide_hours (
    guide       INTEGER NOT NULL REFERENCES guide,                 -- whose week; no row for a weekday: does not work
                                                                   -- then
    weekday     INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),  -- 1 Monday to 7 Sunday
    from_minute INTEGER NOT NULL,                                  -- start of the stretch
    to_minute   INTEGER NOT NULL,                                  -- end of the stretch, not included
    PRIMARY KEY (guide, weekday, from_minute),
    CHECK (0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440)
) STRICT, WITHOUT ROWID;

-- Days on which neither plan nor holiday counts, only the hours that stand in guide_exception_hours: none means away.
CREATE TABLE guide_exception (
    guide INTEGER NOT NULL REFERENCES guide,  -- whose day
    day   INTEGER NOT NULL,                   -- days since 1970-01-01
    PRIMARY KEY (guide, day)
) STRICT, WITHOUT ROWID;

-- The hours of such a day; they go when the exception is dropped or set anew.
CREATE TABLE guide_exception_hours (
    guide       INTEGER NOT NULL,  -- as in guide_exception
    day         INTEGER NOT NULL,  -- as in guide_exception
    from_minute INTEGER NOT NULL,  -- start of the stretch
    to_minute   INTEGER NOT NULL,  -- end of the stretch, not included
    PRIMARY KEY (guide, day, from_minute),
    FOREIGN KEY (guide, day) REFERENCES guide_exception,
    CHECK (0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440)
) STRICT, WITHOUT ROWID;
