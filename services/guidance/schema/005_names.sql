-- X5. What has a name is found by it, by its beginning and by its end (node/names.h).

CREATE INDEX offer_name ON offer (name_key (title), id);
CREATE INDEX offer_name_back ON offer (name_key_back (title), id);
CREATE INDEX guide_name ON guide (name_key (name), id);
CREATE INDEX guide_name_back ON guide (name_key_back (name), id);
CREATE INDEX participant_name ON participant (name_key (name), id);
CREATE INDEX participant_name_back ON participant (name_key_back (name), id);
