-- Orders, tickets and payments are written in batches, and a foreign key is a query and a lock for every row: of writing
-- 256 tickets they were three quarters. Who writes them has just read or written the parents under their locks;
-- invariants/10-rows-have-parents.sql watches them (docs/decisions/0007).
alter table orders drop constraint orders_site_id_fkey;
alter table orders drop constraint orders_contact;
alter table tickets drop constraint tickets_order;
alter table payments drop constraint payments_order;
alter table payment_notifications drop constraint payment_notifications_payment;
