alter table saga_run add column approvals jsonb not null default '[]';
alter table saga_run add column parent_step text;
alter table saga_run add column restart_of uuid;

create index saga_run_approvals on saga_run (id) where approvals <> '[]'::jsonb;
create index saga_run_parent on saga_run (parent) where parent is not null;

alter table saga_snapshot add column shape integer not null default 1;
