-- P11. Paid hours per month and source. Pay under a socialt frikort is not in eIndkomst (SF-16), so sources stand side
-- by side.

CREATE TABLE hours (
    placement    INTEGER NOT NULL REFERENCES placement,
    month        INTEGER NOT NULL,                                           -- 12 * year + (month - 1)
    source       INTEGER NOT NULL CHECK (source BETWEEN 1 AND 3),            -- HoursSource
    paid_minutes INTEGER NOT NULL CHECK (paid_minutes BETWEEN 0 AND 44640),  -- 31 days
    wage_ore     INTEGER NOT NULL CHECK (wage_ore >= 0),
    reported_at  INTEGER NOT NULL,                                           -- instant
    PRIMARY KEY (placement, month, source)                                   -- a later line replaces an earlier one
) STRICT, WITHOUT ROWID;
