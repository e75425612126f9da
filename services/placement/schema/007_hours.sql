-- P11. Paid hours per month and source. Pay under a socialt frikort is not in eIndkomst (SF-16), so sources stand side
-- by side. Each line is the whole of what its source knows of the month; placement adds nothing up.

CREATE TABLE hours (
    -- for which work; it may have ended: holiday pay comes later
    placement    INTEGER NOT NULL REFERENCES placement,
    -- 12 * year + (month - 1); not before the month of the first day
    month        INTEGER NOT NULL,
    -- 1 eIndkomst, 2 socialt frikort, 3 the enterprise's own report (HoursSource)
    source       INTEGER NOT NULL CHECK (source BETWEEN 1 AND 3),
    -- minutes paid for, at most those of 31 days; 0 takes back what was reported
    paid_minutes INTEGER NOT NULL CHECK (paid_minutes BETWEEN 0 AND 44640),
    -- øre paid for them
    wage_ore     INTEGER NOT NULL CHECK (wage_ore >= 0),
    -- instant of the latest report, in milliseconds since 1970-01-01 UTC
    reported_at  INTEGER NOT NULL,
    -- a later line replaces an earlier one
    PRIMARY KEY (placement, month, source)
) STRICT, WITHOUT ROWID;
