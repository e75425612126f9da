-- L12: how many people stand behind a figure, without a number of anybody. BIF's log says of each job what it is beside
-- the others of the same citizen (placement.JobBeside).

-- at the same enterprise: 1 the first, 2 there was one before and none on these days, 3 held beside another; 0: from
-- before the log said it
ALTER TABLE held_job ADD COLUMN there INTEGER NOT NULL DEFAULT 0 CHECK (there BETWEEN 0 AND 3);
-- at all enterprises, likewise
ALTER TABLE held_job ADD COLUMN anywhere INTEGER NOT NULL DEFAULT 0 CHECK (anywhere BETWEEN 0 AND 3);
