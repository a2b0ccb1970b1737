-- What processes remember of a site (src/memory/) is put right when they are told what was changed. Notifications leave
-- with the commit, whoever wrote. The hot path's own rows (reservations, lines, orders, tickets, activities) have no
-- trigger: what they mean for guests is in inventory.

-- Which of two reports of a row is the newer one. The row is locked until the commit, so versions are in commit order;
-- the trigger raises it, so that no statement can forget to.
alter table inventory add column version bigint not null default 0;

create function raise_inventory_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;

create trigger inventory_version
  before update on inventory
     for each row execute function raise_inventory_version();

-- The numbers themselves, so that nobody has to ask for them: ["stock", site, [[definition, version, limit, reserved,
-- sold], …]]. A payload holds less than 8000 bytes; 50 rows are at most 5000. Transactions that notify leave one after
-- the other, each with a sync of its own (measured: 5,600 become 2,400 per second), so Boxoffice's own, which say so by
-- `boxoffice.tells_stock`, tell when they have committed; for whoever else writes, this tells.
create function tell_stock() returns trigger language plpgsql as $$
begin
  perform pg_notify('boxoffice', json_build_array('stock', site_id, json_agg(numbers))::text)
     from (
            select site_id,
                   (row_number() over (partition by site_id order by ticket_definition_id) - 1) / 50 as chunk,
                   json_build_array(ticket_definition_id, version, actual_limit, reserved, sold) as numbers
              from changed
          ) as reported
    group by site_id, chunk;
  return null;
end
$$;

create trigger inventory_told
   after update on inventory
         referencing new table as changed
     for each statement
        when (current_setting('boxoffice.tells_stock', true) is distinct from 'yes')
     execute function tell_stock();

-- Everything else that decides what guests are shown: whatever is remembered of the site is read again.
create function tell_content() returns trigger language plpgsql as $$
begin
  perform pg_notify('boxoffice', json_build_array('content', site_id)::text)
     from (select distinct site_id from changed) as sites;
  return null;
end
$$;

create trigger inventory_added
   after insert on inventory
         referencing new table as changed
     for each statement execute function tell_content();
create trigger inventory_removed
   after delete on inventory
         referencing old table as changed
     for each statement execute function tell_content();

do $$
declare
  told text;
begin
  foreach told in array array[
    'sites', 'events', 'ticket_definitions', 'registration_forms', 'categories', 'category_events'
  ]
  loop
    execute format(
      'create trigger %1$I after insert on %2$I referencing new table as changed
         for each statement execute function tell_content()',
      told || '_added', told
    );
    execute format(
      'create trigger %1$I after update on %2$I referencing new table as changed
         for each statement execute function tell_content()',
      told || '_changed', told
    );
    execute format(
      'create trigger %1$I after delete on %2$I referencing old table as changed
         for each statement execute function tell_content()',
      told || '_removed', told
    );
  end loop;
end
$$;
