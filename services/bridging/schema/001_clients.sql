-- B1: people, as sealed records. Nothing in these tables tells who somebody is without the service's master key, which
-- lies beside the store and never in it. Instants are milliseconds since 1970-01-01 UTC.

CREATE TABLE client (
    id            INTEGER PRIMARY KEY,  -- a number of bridging alone; it outlives an erasure, so that receipts do
    cpr_lookup    BLOB UNIQUE,          -- keyed hash of the CPR number (DP-01): found by who knows it; NULL once erased
    sealed        BLOB,                 -- the packed ClientRecord under the client's own key; NULL once erased
    registered_at INTEGER NOT NULL,     -- instant when SOF wrote the client down here
    erased_at     INTEGER,              -- instant; NULL while the client is held
    CHECK ((erased_at IS NULL) = (sealed IS NOT NULL)),
    CHECK ((erased_at IS NULL) = (cpr_lookup IS NOT NULL))
) STRICT;

-- One random key per client. Destroying the row is the erasure: every copy of the sealed record dies with it.
CREATE TABLE client_key (
    -- whose; every sealed text is bound to this number and opens under no other
    client  INTEGER PRIMARY KEY REFERENCES client (id) DEFERRABLE INITIALLY DEFERRED,
    -- the key, sealed under one derived from the master key
    wrapped BLOB NOT NULL
) STRICT;
