alter table api_key add column person text;

-- A key that a person made until now bears that person's e-mail; of keys made by keys nobody knows.
update api_key set person = lower(created_by) where created_by like '%_@_%' and created_by not like 'key:%';

-- The live runs that a signal's business key may mean.
create index saga_run_live_key on saga_run (saga, business_key) where ended_at is null and business_key is not null;
