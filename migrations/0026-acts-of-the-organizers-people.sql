-- What the organizer's own people did is looked for by person, and their addresses are forgotten after a while. Neither
-- index has an entry for what guests do, so that a sale does not pay for them.
create index activities_by_actor on activities (site_id, actor_kind, actor_id, xact, activity_id)
 where actor_kind not in ('visitor', 'member', 'clock', 'payment');
create index activities_with_address on activities (occurred_at) where actor_address is not null;

-- For who follows all sites, and says so by a condition that always holds: else the planner may take it for one site too,
-- as if that were spread evenly over all, and read through what others did since.
drop index activities_in_order;
create index activities_in_order on activities (xact, activity_id) where sequence >= 1;
