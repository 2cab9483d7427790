-- CreateTable
CREATE TABLE "saga_early_event" (
    "n" BIGSERIAL NOT NULL,
    "saga" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "event" JSONB NOT NULL,
    "dedupe" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saga_early_event_pkey" PRIMARY KEY ("n")
);

-- CreateIndex
CREATE INDEX "saga_early_event_key" ON "saga_early_event"("saga", "key", "n");

-- CreateIndex
CREATE INDEX "saga_early_event_at" ON "saga_early_event"("at");

-- What Prisma's schema cannot say: whether a run that an event may belong to was archived.
create index saga_archived_run_business_key on saga_archived_run (saga, business_key) where business_key is not null;

alter table saga_early_event set (autovacuum_vacuum_scale_factor = 0.02);
