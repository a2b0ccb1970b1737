-- In which language an order's people are written to and shown it: what its buyer read when it was made. null: as the
-- site is, for orders of before.
alter table orders add column locale text;

-- Whom the site itself is written to; null: nobody.
alter table sites add column organizer_email text;
