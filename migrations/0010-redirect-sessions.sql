-- A buyer who is sent from a site of the organizer's own to our pages and back (api 14.1). Of the address and of the
-- browser that used it there are only hashes. No foreign key to the reservation: the address of a deleted one leads
-- nowhere, and what is sold stays free of checks.
create table redirect_sessions (
  site_id               uuid not null references sites,
  redirect_session_id   uuid not null,
  revision              integer not null,
  event_id              uuid not null,
  ticket_reservation_id uuid not null,
  thank_you_page_url    text,
  post_flow_url         text,
  -- What the caller wants added to the page's address.
  query                 jsonb not null,
  link_hash             bytea not null,
  created_at            timestamptz not null,
  -- The hold's deadline when the address was made.
  expires_at            timestamptz not null,
  used_at               timestamptz,
  browser_hash          bytea,
  primary key (site_id, redirect_session_id),
  constraint redirect_sessions_link_is_taken unique (site_id, link_hash),
  constraint redirect_sessions_browser_is_taken unique (site_id, browser_hash),
  constraint redirect_sessions_use_is_whole check ((used_at is null) = (browser_hash is null)),
  constraint redirect_sessions_hashes_are_sha256 check (length(link_hash) = 32 and length(browser_hash) = 32),
  constraint redirect_sessions_urls_length check (length(thank_you_page_url) <= 2048 and length(post_flow_url) <= 2048)
);
create index redirect_sessions_of_reservation on redirect_sessions (site_id, ticket_reservation_id);
create index redirect_sessions_by_expiry on redirect_sessions (site_id, expires_at);
