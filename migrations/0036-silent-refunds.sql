-- Who gives money back says whether its buyer is told by mail.
alter table refunds add column silent boolean not null default false;
