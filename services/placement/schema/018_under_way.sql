-- P3 to P9, P10: what is under way is found without what is over, which is never deleted and grows with the years.

CREATE INDEX proposal_under_way ON proposal (id) WHERE state BETWEEN 1 AND 4;
CREATE INDEX proposal_at_position ON proposal (position, id) WHERE state BETWEEN 1 AND 4;
CREATE INDEX pair_standing ON pair (id) WHERE ended_at IS NULL;
CREATE INDEX placement_standing ON placement (id) WHERE end_day IS NULL;
CREATE INDEX placement_at_position ON placement (position, id);
