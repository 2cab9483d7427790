-- CreateTable
CREATE TABLE "saga_archived_run" (
    "id" UUID NOT NULL,
    "saga" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "cause" TEXT,
    "rollback" TEXT,
    "residue" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "business_key" TEXT,
    "exposure" DOUBLE PRECISION,
    "error" JSONB,
    "parent" UUID,
    "parent_step" TEXT,
    "restart_of" UUID,
    "started_by" TEXT,
    "seq" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "log" BYTEA NOT NULL,

    CONSTRAINT "saga_archived_run_pkey" PRIMARY KEY ("id")
);

-- What Prisma's schema cannot say: ended runs that need nobody, in the order in which they ended.
create index saga_run_ended on saga_run (ended_at, id) where ended_at is not null and attention = '[]'::jsonb;

-- It is compressed already.
alter table saga_archived_run alter column log set storage external;
