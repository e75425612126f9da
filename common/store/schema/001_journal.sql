-- What every service keeps beside its own tables. One row of `journal` per command is inbox, event log and audit in
-- one: whoever wonders what happened, in which order and by whom, reads one table. Instants are milliseconds since
-- 1970-01-01 UTC. Ids come from the row of the journal that made them (txn_new_id): they rise and are never used again.
-- Only common/node writes here.

CREATE TABLE journal (
    seq        INTEGER PRIMARY KEY,  -- 1, 2, 3 ... without a gap; also the number of the record in the feed
    at         INTEGER NOT NULL,     -- instant of the step that wrote it
    caller     TEXT NOT NULL,        -- name of the key in the key table; own name for timers, answers and jobs
    actor      TEXT NOT NULL,        -- the person who acts; '' where no person does
    reason     TEXT NOT NULL,        -- why personal data was read; '' where no reason is asked for
    method     TEXT NOT NULL,        -- 'fyrtaarn.lease.v1.Leases/SignLease', 'timer/...', 'answer/...', 'feed/...' or
                                     -- 'job/...'
    trace      INTEGER NOT NULL,     -- follows a request across services
    request_id BLOB,                 -- 16 bytes chosen by the caller; NULL where nothing was asked from outside
    digest     BLOB,                 -- keyed digest of method and request: the same id with another payload is refused
    status     INTEGER NOT NULL,     -- 0 carried out, else why not (base/status.h)
    refusal    TEXT NOT NULL,        -- stable reason; '' when carried out
    message    TEXT NOT NULL,        -- the refusal for a person; '' when carried out
    reply      BLOB,                 -- bytes of the reply, sent again to whoever repeats the request; NULL where there
                                     -- is none
    record     BLOB                  -- the packed FeedRecord with the events it caused; NULL when it caused none
) STRICT;
CREATE UNIQUE INDEX journal_request ON journal (caller, request_id) WHERE request_id IS NOT NULL;

-- Facts about this log itself, written when the store is first used; a new life of the log changes two of them.
CREATE TABLE node (
    name  TEXT PRIMARY KEY,  -- 'service', 'digest_key', 'epoch' or 'epoch_start'
    value BLOB NOT NULL      -- the service's name; 32 random bytes, key of journal.digest; which life of the log this
                             -- is, and the seq that it began after (8 bytes each, highest first)
) STRICT, WITHOUT ROWID;

-- Requests to other services that have not been answered yet. Sent until they are, always with the same request id; the
-- row goes with the answer.
CREATE TABLE call (
    id         INTEGER PRIMARY KEY,  -- minted by the step that calls; part of the request id
    target     TEXT NOT NULL,        -- name of the service that owns the method; nobody else's answer counts
    method     TEXT NOT NULL,        -- whole name, 'fyrtaarn.lease.v1.Rooms/BookRoom'
    request    BLOB NOT NULL,        -- packed request, the same bytes at every attempt
    answer     TEXT NOT NULL,        -- which of our answer handlers takes the answer
    subject    INTEGER NOT NULL,     -- what the answer is about: an id of ours
    actor      TEXT NOT NULL,        -- who acted in the step that calls; goes with the request and stands beside the
                                     -- answer in the journal
    reason     TEXT NOT NULL,        -- why personal data is read, from the same step; '' where none was asked for
    trace      INTEGER NOT NULL,     -- of the same step, so that the chain can be followed
    made_at    INTEGER NOT NULL,     -- instant; with the id it makes the request id
    give_up_at INTEGER NOT NULL      -- instant; after it the answer is DEADLINE_EXCEEDED. 0: never
) STRICT;

-- What is to happen at an instant. The row goes when the handler has run; after a fault it comes back, later.
CREATE TABLE timer (
    id      INTEGER PRIMARY KEY,  -- decides between two that are due at once: the older one first
    due_at  INTEGER NOT NULL,     -- instant; may be past, then it runs at the next step
    name    TEXT NOT NULL,        -- which handler takes it, 'lease.first_day'
    subject INTEGER NOT NULL      -- what it is about: an id of ours; timers are cancelled by (name, subject)
) STRICT;
CREATE INDEX timer_due ON timer (due_at, id);
CREATE INDEX timer_subject ON timer (name, subject);

-- Work too long for a step, on a worker thread; started again after a restart. The row goes when its result is taken.
CREATE TABLE job (
    id      INTEGER PRIMARY KEY,  -- minted by the step that started it; the worker's result comes back under it
    name    TEXT NOT NULL,        -- which job handler, 'match'
    subject INTEGER NOT NULL,     -- what its result is about: an id of ours
    input   BLOB NOT NULL         -- all it may look at: the store stays closed to it
) STRICT;

-- How far we have followed the logs of others. No row: nothing of that owner was applied yet.
CREATE TABLE feed (
    owner    TEXT PRIMARY KEY,  -- name of the service that owns the log
    epoch    INTEGER NOT NULL,  -- life of the owner's log that position counts in
    position INTEGER NOT NULL   -- number of the last record that we are past: all of its events were applied
) STRICT, WITHOUT ROWID;

-- Input that could not be understood or applied, for an operator to look at (ListQuarantine). The newest 1000.
CREATE TABLE quarantine (
    id      INTEGER PRIMARY KEY,  -- rises by one; decides which are the oldest
    at      INTEGER NOT NULL,     -- instant of the step that refused it
    peer    TEXT NOT NULL,        -- name of the key it came under; of an event, the service that owns the feed
    reason  TEXT NOT NULL,        -- stable reason of the refusal, 'WIRE_MALFORMED'
    message TEXT NOT NULL,        -- the same for a person, with the field where it went wrong
    bytes   BLOB NOT NULL         -- as received, cut at 64 KiB; empty where a request could be about a person
) STRICT;
