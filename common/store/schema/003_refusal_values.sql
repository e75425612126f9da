-- A refusal that is given again says the same as the first time, in whatever language a client puts it.

ALTER TABLE journal ADD COLUMN refusal_values TEXT NOT NULL DEFAULT ''; -- what `message` speaks of, a line
                                                                        -- 'name=text' each (base/status.h)
