-- R2. All amounts in øre. Loading or posting a row again replaces it.

CREATE TABLE budget_line (
    administration INTEGER NOT NULL CHECK (administration BETWEEN 1 AND 3), -- 1 TMF, 2 BIF, 3 SOF
    activity       TEXT NOT NULL,          -- 'rent'
    year           INTEGER NOT NULL,       -- calendar year
    amount_ore     INTEGER NOT NULL,       -- of the whole year
    price_level    TEXT NOT NULL,          -- '2026 p/l'; amounts of different price levels are never added
    committee      TEXT NOT NULL,          -- 'TMU'
    appropriation  TEXT NOT NULL,          -- '1000 - Ordinær drift'
    title          TEXT NOT NULL,          -- Danish
    title_en       TEXT NOT NULL,          -- English
    source         TEXT NOT NULL,          -- where it is written
    confidence     TEXT NOT NULL,          -- 'high', or what makes it less
    PRIMARY KEY (administration, activity, year)
) STRICT, WITHOUT ROWID;

-- What the administration's own ledger says, in the prices of the month. No row: nothing was posted yet.
CREATE TABLE actual (
    administration INTEGER NOT NULL,       -- as in budget_line
    activity       TEXT NOT NULL,          -- as in budget_line
    year           INTEGER NOT NULL,       -- of the month
    month          INTEGER NOT NULL,       -- 12 * year + (month - 1)
    amount_ore     INTEGER NOT NULL,       -- the whole month
    PRIMARY KEY (administration, activity, year, month),
    FOREIGN KEY (administration, activity, year) REFERENCES budget_line,
    CHECK (month / 12 = year)
) STRICT, WITHOUT ROWID;
