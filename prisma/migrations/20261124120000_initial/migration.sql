-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "saga_definition" (
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "draft" JSON NOT NULL,
    "draft_text" TEXT,
    "draft_revision" INTEGER NOT NULL DEFAULT 1,
    "draft_by" TEXT,
    "latest_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saga_definition_pkey" PRIMARY KEY ("type")
);

-- CreateTable
CREATE TABLE "saga_version" (
    "type" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "document" JSON NOT NULL,
    "hash" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "published_by" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saga_version_pkey" PRIMARY KEY ("type","number")
);

-- CreateTable
CREATE TABLE "saga_run" (
    "id" UUID NOT NULL,
    "saga" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "cause" TEXT,
    "rollback" TEXT,
    "residue" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "attention" JSONB NOT NULL DEFAULT '[]',
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "business_key" TEXT,
    "unique_key" TEXT,
    "exposure" DOUBLE PRECISION,
    "data" JSONB NOT NULL,
    "step_now" TEXT,
    "error" JSONB,
    "parent" UUID,
    "started_by" TEXT,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "owner" BIGINT,
    "wake_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "saga_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saga_event" (
    "run" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT,
    "transitions" JSONB NOT NULL,

    CONSTRAINT "saga_event_pkey" PRIMARY KEY ("run","seq")
);

-- CreateTable
CREATE TABLE "saga_snapshot" (
    "run" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "state" JSONB NOT NULL,

    CONSTRAINT "saga_snapshot_pkey" PRIMARY KEY ("run")
);

-- CreateTable
CREATE TABLE "saga_inbox" (
    "id" UUID NOT NULL,
    "run" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saga_inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saga_dedupe" (
    "key" TEXT NOT NULL,
    "run" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saga_dedupe_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "saga_worker" (
    "incarnation" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "runs" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saga_worker_pkey" PRIMARY KEY ("incarnation")
);

-- CreateTable
CREATE TABLE "saga_worker_dead" (
    "incarnation" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saga_worker_dead_pkey" PRIMARY KEY ("incarnation")
);

-- CreateTable
CREATE TABLE "service" (
    "name" TEXT NOT NULL,
    "transport" JSONB NOT NULL,
    "concurrency" INTEGER NOT NULL DEFAULT 64,
    "timeout_ms" INTEGER,
    "secret" BYTEA,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setup_link" (
    "token_hash" TEXT NOT NULL,
    "email" TEXT,
    "name" TEXT,
    "role" TEXT NOT NULL,
    "created_by" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "setup_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "saga_run_by_saga" ON "saga_run"("saga", "id" DESC);

-- CreateIndex
CREATE INDEX "saga_inbox_run" ON "saga_inbox"("run");

-- CreateIndex
CREATE INDEX "saga_dedupe_at" ON "saga_dedupe"("at");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE INDEX "account_userId_idx" ON "account"("userId");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- AddForeignKey
ALTER TABLE "saga_version" ADD CONSTRAINT "saga_version_type_fkey" FOREIGN KEY ("type") REFERENCES "saga_definition"("type") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema cannot say: partial indexes, storage settings, sequences, checks.
create sequence saga_worker_incarnation;

-- Nothing that changes at each step is indexed; lists sort by id, which is time.
create index saga_run_due on saga_run (wake_at) where owner is null and wake_at is not null;
create index saga_run_owned on saga_run (owner) where owner is not null;
create index saga_run_live on saga_run (id desc) where ended_at is null;
create index saga_run_failed on saga_run (id desc) where state = 'failed';
create index saga_run_attention on saga_run (id desc) where attention <> '[]'::jsonb;
create index saga_run_business_key on saga_run (business_key, id desc) where business_key is not null;
create unique index saga_run_unique_key on saga_run (saga, unique_key) where unique_key is not null;

alter table saga_run add constraint saga_run_state check (state in ('started', 'pending', 'compensating', 'completed', 'failed'));
alter table saga_run add constraint saga_run_rollback check (rollback is null or rollback in ('clean', 'incomplete', 'nothing_to_undo'));

alter table saga_run set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
alter table saga_inbox set (autovacuum_vacuum_scale_factor = 0.02);
alter table saga_worker set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
