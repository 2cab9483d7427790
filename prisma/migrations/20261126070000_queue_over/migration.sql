-- AlterTable
ALTER TABLE "saga_queue_item" ADD COLUMN     "is_over" BOOLEAN NOT NULL DEFAULT false;

-- What Prisma's schema cannot say: what is over is passed over by claims, and is found when it is forgotten.
drop index saga_queue_item_leased;
create index saga_queue_item_leased on saga_queue_item (service, lease_until) where lease_until is not null and not is_over;
create index saga_queue_item_over on saga_queue_item (claim_until) where is_over;
