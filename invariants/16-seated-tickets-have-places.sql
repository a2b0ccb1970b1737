-- Law 3: a definition with places sells nothing else: its limit is their capacity, and what is held and sold is taken of
-- them. One without places is not seated.
select inventory.site_id, inventory.ticket_definition_id, inventory.seated, inventory.actual_limit,
       inventory.reserved + inventory.sold as held, places.capacity, places.taken
  from inventory
  left join (
    select site_id, ticket_definition_id, sum(capacity) as capacity, sum(taken) as taken
      from seating_places
     group by site_id, ticket_definition_id
  ) as places using (site_id, ticket_definition_id)
 where inventory.seated is distinct from (places.capacity is not null)
    or (
         inventory.seated
     and (inventory.actual_limit <> places.capacity or inventory.reserved + inventory.sold <> places.taken)
       )
