-- What every service keeps beside its own tables. One row of `journal` per command is inbox, event log and audit in
-- one: whoever wonders what happened, in which order and by whom, reads one table.

CREATE TABLE journal (
    seq        INTEGER PRIMARY KEY,  -- 1, 2, 3 ... without a gap; also the number of the record in the feed
    at         INTEGER NOT NULL,     -- instant of the step that wrote it
    caller     TEXT NOT NULL,        -- name of the key in the key table; own name for timers, answers and jobs
    actor      TEXT NOT NULL,        -- the person who acts; '' where no person does
    reason     TEXT NOT NULL,        -- why personal data was read; '' where no reason is asked for
    method     TEXT NOT NULL,        -- 'fyrtaarn.lease.v1.Leases/SignLease', 'timer/...', 'answer/...', 'feed/...', 'job/...'
    trace      INTEGER NOT NULL,     -- follows a request across services
    request_id BLOB,                 -- 16 bytes chosen by the caller; NULL where nothing was asked from outside
    digest     BLOB,                 -- keyed digest of the request's bytes: the same id with another payload is refused
    status     INTEGER NOT NULL,     -- 0 carried out, else why not (base/status.h)
    refusal    TEXT NOT NULL,        -- stable reason; '' when carried out
    message    TEXT NOT NULL,        -- the refusal for a person; '' when carried out
    reply      BLOB,                 -- bytes of the reply, sent again to whoever repeats the request
    record     BLOB                  -- the packed FeedRecord with the events it caused; NULL when it caused none
) STRICT;
CREATE UNIQUE INDEX journal_request ON journal (caller, request_id) WHERE request_id IS NOT NULL;

-- Facts about this log itself.
CREATE TABLE node (
    name  TEXT PRIMARY KEY,          -- service, epoch, epoch_start, digest_key
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Requests to other services that have not been answered yet. Sent until they are, always with the same request id.
CREATE TABLE call (
    id         INTEGER PRIMARY KEY,
    target     TEXT NOT NULL,        -- name of the service that owns the method
    method     TEXT NOT NULL,
    request    BLOB NOT NULL,        -- packed request
    answer     TEXT NOT NULL,        -- which handler takes the answer
    subject    INTEGER NOT NULL,     -- what the answer is about: an id of ours
    actor      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    trace      INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,     -- instant; with the id it makes the request id
    give_up_at INTEGER NOT NULL      -- instant; after it the answer is DEADLINE_EXCEEDED. 0: never
) STRICT;

-- What is to happen at an instant.
CREATE TABLE timer (
    id      INTEGER PRIMARY KEY,
    due_at  INTEGER NOT NULL,        -- instant
    name    TEXT NOT NULL,           -- which handler takes it
    subject INTEGER NOT NULL         -- what it is about: an id of ours
) STRICT;
CREATE INDEX timer_due ON timer (due_at, id);
CREATE INDEX timer_subject ON timer (name, subject);

-- Work too long for a step; started again after a restart.
CREATE TABLE job (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,           -- which job
    subject INTEGER NOT NULL,
    input   BLOB NOT NULL            -- all it may look at
) STRICT;

-- How far we have followed the logs of others.
CREATE TABLE feed (
    owner    TEXT PRIMARY KEY,       -- name of the service that owns the log
    epoch    INTEGER NOT NULL,       -- life of the owner's log that position counts in
    position INTEGER NOT NULL        -- number of the last record applied
) STRICT, WITHOUT ROWID;

-- Input that could not be understood or applied, for an operator to look at. The newest ones only.
CREATE TABLE quarantine (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    peer    TEXT NOT NULL,
    reason  TEXT NOT NULL,           -- stable
    message TEXT NOT NULL,
    bytes   BLOB NOT NULL            -- as received, cut at 64 KiB
) STRICT;
