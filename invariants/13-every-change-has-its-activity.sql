-- Law 9: an entity's revision is the number of the last fact about it.
with entities as (
  select site_id, 'event' as entity_kind, event_id::text as entity_id, revision from events
  union all
  select site_id, 'media', media_id::text, 1 from media
  union all
  select site_id, 'registration_form', event_id::text, revision from registration_forms
  union all
  select site_id, 'policy', policy_id::text, revision from policies
  union all
  select site_id, 'notification_config', event_id::text, revision from notification_configs
  union all
  select site_id, 'category', category_id::text, revision from categories
  union all
  select site_id, 'staff_member', staff_member_id::text, revision from staff_members
  union all
  select site_id, 'ticket_definition', ticket_definition_id::text, revision from ticket_definitions
  union all
  select site_id, 'seating_plan', seating_plan_id::text, revision from seating_plans
  union all
  select site_id, 'coupon', coupon_id::text, revision from coupons
  union all
  select site_id, 'pricing_plan_benefit', promotion_id::text, revision from pricing_plan_benefits
  union all
  select site_id, 'ticket_reservation', ticket_reservation_id::text, revision from ticket_reservations
  union all
  select site_id, 'order', order_number, revision from orders
  union all
  select site_id, 'ticket', ticket_number, revision from tickets
  union all
  select site_id, 'redirect_session', redirect_session_id::text, revision from redirect_sessions
  union all
  select site_id, 'rsvp', rsvp_id::text, revision from rsvps
  union all
  select site_id, 'gift_card', gift_card_id::text, revision from gift_cards
  union all
  select site_id, 'events_settings', site_id::text, settings_changes from sites
  union all
  select site_id, 'site', site_id::text, revision - 1 from sites
  union all
  select site_id, 'membership', membership_id::text, revision from memberships
  union all
  select site_id, 'invitation', invitation_id::text, revision from invitations
  union all
  select site_id, 'webhook_subscription', subscription_id::text, revision from webhook_subscriptions
  union all
  select site_id, 'webhook_key', webhook_key_id::text, 1 from webhook_keys
), last as (
  select site_id, entity_kind, entity_id, max(sequence) as sequence
    from activities
   group by site_id, entity_kind, entity_id
)
select entities.site_id, entities.entity_kind, entities.entity_id, entities.revision, last.sequence
  from entities
  left join last using (site_id, entity_kind, entity_id)
 where entities.revision <> coalesce(last.sequence, 0)
