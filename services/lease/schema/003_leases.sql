-- L4: leases and the terms that were agreed. Which desks they cover stands in desk_hold.

CREATE TABLE lease (
    id               INTEGER PRIMARY KEY,
    tenant           INTEGER NOT NULL REFERENCES tenant (id),
    state            INTEGER NOT NULL CHECK (state BETWEEN 1 AND 7),         -- leases.proto, LeaseState
    desks            INTEGER NOT NULL CHECK (desks > 0),
    from_day         INTEGER NOT NULL,
    last_day         INTEGER,             -- NULL: until notice
    monthly_rent_ore INTEGER NOT NULL CHECK (monthly_rent_ore > 0),          -- for one desk, without VAT
    notice_months    INTEGER NOT NULL CHECK (notice_months BETWEEN 1 AND 12),
    deposit_ore      INTEGER NOT NULL CHECK (deposit_ore >= 0),
    vat              INTEGER NOT NULL CHECK (vat IN (0, 1)),                 -- LEA-12
    answer_by        INTEGER,             -- instant; NULL: the offer stands until it is signed or withdrawn
    notice_day       INTEGER,             -- when notice arrived; NULL: none has
    notice_by_house  INTEGER CHECK (notice_by_house IN (0, 1)),
    notice_ground    TEXT,                -- what the house rests its notice on (LEA-02); '' from a tenant
    CHECK (last_day >= from_day),
    CHECK ((notice_day IS NULL) = (notice_by_house IS NULL)),
    CHECK (state NOT IN (4, 5) OR last_day IS NOT NULL)
) STRICT;
CREATE INDEX lease_tenant ON lease (tenant, id);
