-- AlterTable
ALTER TABLE "dead_letter" ADD COLUMN     "identity" TEXT;

-- What Prisma's schema cannot say: a message that comes again is the letter that waits already.
create unique index dead_letter_identity on dead_letter (source, identity) where replayed_at is null and identity is not null;
