-- CreateTable
CREATE TABLE "subscription" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "sagas" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "transitions" BOOLEAN NOT NULL DEFAULT false,
    "secret" BYTEA,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "subscription" UUID NOT NULL,
    "run" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "event" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT statement_timestamp(),
    "last_status" INTEGER,
    "last_error" TEXT,
    "log" JSONB NOT NULL DEFAULT '[]',
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "subscription_name_key" ON "subscription"("name");

-- CreateIndex
CREATE INDEX "delivery_subscription_id_idx" ON "delivery"("subscription", "id" DESC);

-- What Prisma's schema cannot say.
-- Deliveries that are due, by subscription, and which others of the same run come before one.
create index delivery_due on delivery (subscription, next_at, id) where status = 'pending';
create index delivery_run on delivery (run, id) where status = 'pending';
create index delivery_unsent on delivery (subscription, id desc) where status in ('failed', 'disabled');

alter table delivery add constraint delivery_status check (status in ('pending', 'delivered', 'failed', 'disabled'));

alter table delivery set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
