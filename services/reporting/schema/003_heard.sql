-- Whose events have been counted here. An owner without a row has said nothing yet: its figures are missing, not zero.

CREATE TABLE heard (
    owner     TEXT PRIMARY KEY,            -- 'lease'
    latest_at INTEGER NOT NULL             -- instant of the newest event, in milliseconds since 1970-01-01 UTC
) STRICT, WITHOUT ROWID;
