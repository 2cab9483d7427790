-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "service" TEXT;

-- CreateTable
CREATE TABLE "saga_queue_item" (
    "id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "half" TEXT NOT NULL,
    "run" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "item" INTEGER,
    "command" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "first_attempt" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "input" JSONB NOT NULL,
    "claim_until" TIMESTAMPTZ(3) NOT NULL,
    "lease" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "leased" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saga_queue_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "saga_queue_item_key" ON "saga_queue_item"("service", "key", "half");

-- What Prisma's schema cannot say: what waits, oldest first; what is leased, the soonest to run out first; and what waits in
-- vain, by the time at which that is certain.
create index saga_queue_item_waiting on saga_queue_item (service, id) where lease_until is null;
create index saga_queue_item_leased on saga_queue_item (service, lease_until) where lease_until is not null;
create index saga_queue_item_unclaimed on saga_queue_item (claim_until) where lease_until is null;

alter table saga_queue_item set (autovacuum_vacuum_scale_factor = 0.02);
