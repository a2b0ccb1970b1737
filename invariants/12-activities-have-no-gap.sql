-- Law 9: the facts about one entity are numbered 1, 2, 3 … without a gap.
select site_id, entity_kind, entity_id, count(*) as facts, max(sequence) as last
  from activities
 group by site_id, entity_kind, entity_id
having count(*) <> max(sequence)
    or min(sequence) <> 1
