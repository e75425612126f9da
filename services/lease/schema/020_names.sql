-- X5. Everything that has a name is found by it, whatever grows: by its beginning, and by its end (node/names.h).

CREATE INDEX tenant_name ON tenant (name_key (name), id);
CREATE INDEX tenant_name_back ON tenant (name_key_back (name), id);
CREATE INDEX premises_name ON premises (name_key (name), id);
CREATE INDEX premises_name_back ON premises (name_key_back (name), id);
CREATE INDEX desk_name ON desk (name_key (prefix || number), id);
CREATE INDEX desk_name_back ON desk (name_key_back (prefix || number), id);
CREATE INDEX room_name ON room (name_key (name), id);
CREATE INDEX room_name_back ON room (name_key_back (name), id);
CREATE INDEX site_name ON site (name_key (name), id) WHERE withdrawn IS NULL;
CREATE INDEX site_name_back ON site (name_key_back (name), id) WHERE withdrawn IS NULL;
CREATE INDEX task_name ON task (name_key (title), id) WHERE closed_day IS NULL;
CREATE INDEX task_name_back ON task (name_key_back (title), id) WHERE closed_day IS NULL;
CREATE INDEX partner_name ON partner (name_key (name), id);
CREATE INDEX partner_name_back ON partner (name_key_back (name), id);
CREATE INDEX initiative_name ON initiative (name_key (title), id) WHERE end_day IS NULL;
CREATE INDEX initiative_name_back ON initiative (name_key_back (title), id) WHERE end_day IS NULL;
CREATE INDEX item_name ON item (name_key (name), id);
CREATE INDEX item_name_back ON item (name_key_back (name), id);

-- The leases of one tenant that are not over, for whoever names the tenant and means its lease.
CREATE INDEX lease_of_tenant ON lease (tenant, id) WHERE state BETWEEN 1 AND 4;
