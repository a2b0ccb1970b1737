-- Law 2: nothing is held or sold beyond the limit, except what somebody overbooked on purpose.
select site_id, ticket_definition_id, actual_limit, reserved, sold, overbooked
  from inventory
 where reserved + sold > actual_limit + overbooked
