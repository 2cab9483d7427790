-- AlterTable
ALTER TABLE "saga_early_event" ADD COLUMN     "actor" TEXT;

-- CreateIndex
CREATE INDEX "dead_letter_at" ON "dead_letter"("at");

-- What Prisma's schema cannot say: those that were taken after all are forgotten sooner.
create index dead_letter_replayed on dead_letter (replayed_at) where replayed_at is not null;
