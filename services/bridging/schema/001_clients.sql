-- B1: people, as sealed records. Nothing in these tables tells who somebody is without the service's master key,
-- which lies beside the store and never in it.

CREATE TABLE client (
    id            INTEGER PRIMARY KEY,  -- a number of bridging alone
    cpr_lookup    BLOB UNIQUE,          -- keyed hash of the CPR number: found by who knows it; NULL once erased
    sealed        BLOB,                 -- the packed ClientRecord under the client's own key; NULL once erased
    registered_at INTEGER NOT NULL,     -- instant
    erased_at     INTEGER,              -- instant; NULL while the client is held
    CHECK ((erased_at IS NULL) = (sealed IS NOT NULL)),
    CHECK ((erased_at IS NULL) = (cpr_lookup IS NOT NULL))
) STRICT;

-- One random key per client. Destroying the row is the erasure: every copy of the sealed record dies with it.
CREATE TABLE client_key (
    client  INTEGER PRIMARY KEY REFERENCES client (id) DEFERRABLE INITIALLY DEFERRED,
    wrapped BLOB NOT NULL               -- the key, sealed under one derived from the master key
) STRICT;
