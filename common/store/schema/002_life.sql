-- The lives of this log. A log that goes on from a backup may have lost rows that others have seen, and will write other
-- rows under their numbers: it begins a new life, so that nobody takes one for the other. Two lives are never called the
-- same, though they go on from one and the same backup. Only common/node writes here.

CREATE TABLE life (
    epoch       INTEGER PRIMARY KEY,  -- what others know it by: 1 for the first; of a later one the instant when it
                                      -- began
    began_after INTEGER NOT NULL,     -- seq of the last journal row of the life before; 0 for the first
    id_base     INTEGER NOT NULL      -- the ids of this life begin here, above all of the lives before: row r of the
                                      -- journal makes id_base + (r - began_after) * 256 + 1, 2 ...
) STRICT;
