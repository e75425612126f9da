-- P9. A person stops a run that is under way: it has ended, and nothing came of it. Who it was stands in the journal.

-- why, in the words of who stopped it; '': nobody did
ALTER TABLE run ADD COLUMN cancel_reason TEXT NOT NULL DEFAULT '';
