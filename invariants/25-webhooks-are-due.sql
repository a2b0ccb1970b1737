-- Law 17: what waits for a target is sent: its subscription is due no later than the first of its deliveries, and one
-- that is at work on its lane looks again when it leaves.
select subscriptions.site_id, subscriptions.subscription_id, subscriptions.next_due_at, first.due_at
  from webhook_subscriptions as subscriptions
  join (
         select site_id, subscription_id, min(due_at) as due_at
           from webhook_deliveries
          where state = 'WAITING'
          group by site_id, subscription_id
       ) as first using (site_id, subscription_id)
 where subscriptions.deleted_at is null
   and subscriptions.lane_until is null
   and coalesce(subscriptions.next_due_at > first.due_at, true)
