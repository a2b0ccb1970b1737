-- What is kept of scans once an event is long over: which one let whom in, at which gate, and those of conflicts, without the
-- device. An empty device says that this was done, so the job finds what is left to do by an index alone.
create index door_scans_not_forgotten on door_scans (received_at) where device <> '';
-- Which of them conflicts name.
create index door_conflicts_of_scan on door_conflicts (site_id, scan_id);
create index door_conflicts_of_first_scan on door_conflicts (site_id, first_scan_id) where first_scan_id is not null;
