-- L2: the desks of one house as they are listed, without those of the others.
CREATE INDEX desk_of_premises ON desk (premises, id);
