-- Whether a site's guests pay through the installation's account at Stripe; what the settings say is written down at each
-- start, as with test payments.
alter table sites add column stripe_payments boolean not null default false;
