-- What Prisma's schema cannot say: partial indexes, storage settings, sequences, checks.
create sequence saga_worker_incarnation;

-- Nothing that changes at each step is indexed; lists sort by id, which is time.
create index saga_run_due on saga_run (wake_at) where owner is null and wake_at is not null;
create index saga_run_owned on saga_run (owner) where owner is not null;
create index saga_run_live on saga_run (id desc) where ended_at is null;
create index saga_run_failed on saga_run (id desc) where state = 'failed';
create index saga_run_attention on saga_run (id desc) where attention <> '[]'::jsonb;
create index saga_run_business_key on saga_run (business_key, id desc) where business_key is not null;
create index saga_run_ended on saga_run (ended_at, id) where ended_at is not null and attention = '[]'::jsonb;
create index saga_run_parent on saga_run (parent) where parent is not null;
create index dead_letter_open on dead_letter (id desc) where replayed_at is null;
create unique index saga_run_unique_key on saga_run (saga, unique_key) where unique_key is not null;
create index saga_archived_run_business_key on saga_archived_run (saga, business_key) where business_key is not null;

alter table saga_run add constraint saga_run_state check (state in ('started', 'pending', 'compensating', 'completed', 'failed'));
alter table saga_run add constraint saga_run_rollback check (rollback is null or rollback in ('clean', 'incomplete', 'nothing_to_undo'));

alter table saga_run set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
alter table saga_inbox set (autovacuum_vacuum_scale_factor = 0.02);
alter table saga_worker set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table saga_archived_run alter column log set storage external;

-- Deliveries that are due, by subscription, and which others of the same run come before one.
create index delivery_due on delivery (subscription, next_at, id) where status = 'pending';
create index delivery_run on delivery (run, id) where status = 'pending';
create index delivery_unsent on delivery (subscription, id desc) where status in ('failed', 'disabled');

alter table delivery add constraint delivery_status check (status in ('pending', 'delivered', 'failed', 'disabled'));

alter table delivery set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
alter table saga_early_event set (autovacuum_vacuum_scale_factor = 0.02);
