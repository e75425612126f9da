-- P4. Published weights, points at most for each part of the score. Rows are added and never changed, so that every
-- score can be worked out again. The highest version is in force.

CREATE TABLE weights (
    version  INTEGER PRIMARY KEY,                     -- 1 came with the program, later ones are minted and rise; stands
                                                      -- beside every score
    ability  INTEGER NOT NULL CHECK (ability >= 0),   -- what the tasks ask for beside what the citizen can do
    hours    INTEGER NOT NULL CHECK (hours >= 0),     -- how much of the citizen's week the job fills
    district INTEGER NOT NULL CHECK (district >= 0),  -- the job lies in the citizen's own district
    waiting  INTEGER NOT NULL CHECK (waiting >= 0),   -- how long the citizen has waited
    since    INTEGER NOT NULL,                        -- instant (milliseconds since 1970-01-01 UTC); 0: came with the
                                                      -- program
    actor    TEXT NOT NULL,                           -- who set them, as the journal names them; '' for those of the
                                                      -- program
    reason   TEXT NOT NULL,                           -- why, in the words of who set them; published with the weights
    CHECK (ability + hours + district + waiting = 1000)
) STRICT;

INSERT INTO weights (version, ability, hours, district, waiting, since, actor, reason)
VALUES (1, 500, 250, 150, 100, 0, '', 'came with the program');
