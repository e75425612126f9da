-- G2, G5: one guide's sessions as they are listed, without those of the others.
CREATE INDEX session_guide_day ON session (guide, day, starts_at, id);
