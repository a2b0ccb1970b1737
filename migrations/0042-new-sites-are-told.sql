-- Each process knows which sites have no host, for their pages are below a path of their own (src/sites/hosts.ts). So it is
-- told of every new site.

drop trigger sites_host_added on sites;
create trigger sites_told
   after insert on sites
     for each row
     execute function tell_hosts();
