-- L8: what the house pays and was granted. Money is øre without VAT; months are 12 * year + (month - 1).

CREATE TABLE head_lease (
    premises    INTEGER NOT NULL REFERENCES premises (id),       -- for which premises
    from_month  INTEGER NOT NULL,                                -- from this month until the next row's
    monthly_ore INTEGER NOT NULL CHECK (monthly_ore >= 0),       -- a month; 0: nothing from then on
    PRIMARY KEY (premises, from_month)
) STRICT;

CREATE TABLE rent_budget (
    year       INTEGER PRIMARY KEY,                        -- for which year
    amount_ore INTEGER NOT NULL CHECK (amount_ore >= 0),   -- granted for rent; 0: a grant of nothing
    source     TEXT NOT NULL                               -- where that stands
) STRICT;
