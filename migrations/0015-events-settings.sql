-- The one settings object of a site (events section 10). Its published revision is one more than its changes, for it is
-- there from the beginning.
alter table sites
  add column settings_changes    integer not null default 0,
  add column settings_updated_at timestamptz,
  add constraint sites_settings_changes_are_natural check (settings_changes >= 0);
