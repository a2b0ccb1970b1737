-- Each process knows the hosts of sites (src/sites/hosts.ts), and is told when one of them changes.

create function tell_hosts() returns trigger language plpgsql as $$
begin
  perform pg_notify('boxoffice', '["hosts"]');
  return null;
end
$$;

create trigger sites_host_added
   after insert on sites
     for each row
        when (new.host is not null)
     execute function tell_hosts();
create trigger sites_host_changed
   after update on sites
     for each row
        when (old.host is distinct from new.host)
     execute function tell_hosts();
create trigger sites_host_removed
   after delete on sites
     for each row
        when (old.host is not null)
     execute function tell_hosts();
