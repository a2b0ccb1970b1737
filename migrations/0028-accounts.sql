-- Accounts of organizers belong to the installation, for one person may work for several sites; what they may do there
-- is a membership. The first six tables are better-auth's, under our names.
create table accounts (
  id                 uuid primary key,
  name               text not null,
  email              text not null,
  email_verified     boolean not null,
  image              text,
  two_factor_enabled boolean,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  constraint accounts_email_is_bounded check (length(email) <= 255)
);
create unique index accounts_by_email on accounts (lower(email));

create table account_sessions (
  id         uuid primary key,
  user_id    uuid not null,
  token      text not null,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint account_sessions_of_account foreign key (user_id) references accounts on delete cascade
);
create unique index account_sessions_by_token on account_sessions (token);
create index account_sessions_by_account on account_sessions (user_id);

create table account_credentials (
  id                       uuid primary key,
  user_id                  uuid not null,
  account_id               text not null,
  provider_id              text not null,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text,
  password                 text,
  created_at               timestamptz not null,
  updated_at               timestamptz not null,
  constraint account_credentials_of_account foreign key (user_id) references accounts on delete cascade
);
create index account_credentials_by_account on account_credentials (user_id);

create table account_verifications (
  id         uuid primary key,
  identifier text not null,
  value      text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index account_verifications_by_identifier on account_verifications (identifier);

create table account_two_factors (
  id                        uuid primary key,
  user_id                   uuid not null,
  secret                    text not null,
  backup_codes              text not null,
  verified                  boolean,
  failed_verification_count integer,
  locked_until              timestamptz,
  constraint account_two_factors_of_account foreign key (user_id) references accounts on delete cascade
);
create index account_two_factors_by_account on account_two_factors (user_id);

create table account_passkeys (
  id            uuid primary key,
  user_id       uuid not null,
  name          text,
  public_key    text not null,
  credential_id text not null,
  counter       integer not null,
  device_type   text not null,
  backed_up     boolean not null,
  transports    text,
  created_at    timestamptz,
  aaguid        text,
  constraint account_passkeys_of_account foreign key (user_id) references accounts on delete cascade
);
create index account_passkeys_by_account on account_passkeys (user_id);
create index account_passkeys_by_credential on account_passkeys (credential_id);

create table memberships (
  site_id       uuid not null references sites,
  account_id    uuid not null,
  membership_id uuid not null,
  role          text not null,
  revision      integer not null,
  created_at    timestamptz not null,
  primary key (site_id, account_id),
  constraint memberships_of_account foreign key (account_id) references accounts on delete cascade,
  constraint memberships_role_is_known check (role in ('OWNER', 'MANAGER', 'FINANCE', 'DOOR'))
);
create index memberships_by_account on memberships (account_id);

-- Who is asked to work for a site. Of the link's secret there is only a hash.
create table invitations (
  site_id       uuid not null references sites,
  invitation_id uuid not null,
  email         text not null,
  role          text not null,
  revision      integer not null,
  secret_hash   bytea not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  accepted_at   timestamptz,
  revoked_at    timestamptz,
  primary key (site_id, invitation_id),
  constraint invitations_role_is_known check (role in ('OWNER', 'MANAGER', 'FINANCE', 'DOOR')),
  constraint invitations_end_once check (accepted_at is null or revoked_at is null)
);
create unique index invitations_by_secret on invitations (secret_hash);
create unique index invitations_open_by_email on invitations (site_id, lower(email))
  where accepted_at is null and revoked_at is null;

-- null: everything. A key that was rotated goes on for a while, then ends.
alter table api_keys
  add column scopes text[],
  add column expires_at timestamptz,
  add column revision integer not null default 1;

alter table sites
  add column host text,
  add constraint sites_host_is_lower_case check (host = lower(host));
create unique index sites_by_host on sites (host);

alter table sites
  add column revision integer not null default 1;
