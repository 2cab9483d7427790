import type { Mutant } from "./mutant";

const sql = "server/queues/sql";
const claims = `${sql}/claim.ts`;
const settles = `${sql}/settle.ts`;

const queues = "server/queues/queues.db.test.ts";
const overTime = "server/queues/over-time.db.test.ts";

export const pulling: readonly Mutant[] = [
  {
    name: "claimed-work-given-again",
    safeguard: "work that somebody holds is given to nobody else",
    edits: [[claims, "q.lease_until <= statement_timestamp() and", "q.lease_until is not null and"]],
    caughtBy: [{ file: queues, only: "what one did not finish in time" }],
  },
  {
    name: "claim-without-lock",
    safeguard: "two who ask at once are never given the same work",
    edits: [[claims, "(select count(*) from expired)) for update skip locked", "(select count(*) from expired))"]],
    caughtBy: [{ file: "server/queues/many.db.test.ts", only: "a thousand items" }],
  },
  {
    name: "unwanted-action-given",
    safeguard: "no action of a run that unwinds is given to anybody",
    edits: [[claims, "f.half = 'action' and", "f.half = 'none' and"]],
    caughtBy: [{ file: overTime, only: "a run that unwinds" }],
  },
  {
    name: "answer-under-any-lease",
    safeguard: "only who holds the work may answer it",
    edits: [[settles, "q.id = x.id and q.lease = x.lease and", "q.id = x.id and"]],
    caughtBy: [{ file: queues, only: "what one did not finish in time" }],
  },
  {
    name: "answer-forgotten",
    safeguard: "an answer is remembered in the commit that makes it durable",
    edits: [[settles, "select 'queue:' || q.id", "select 'forgotten:' || q.id"]],
    caughtBy: [{ file: queues, only: "the same answer again" }],
  },
  {
    name: "later-attempt-answered",
    safeguard: "the failure of an earlier attempt leaves the later one in the queue",
    edits: [[settles, "q.attempt > q.leased and", "q.attempt < q.leased and"]],
    caughtBy: [{ file: overTime, only: "a failure of an earlier attempt" }],
  },
  {
    name: "attempts-between-forgotten",
    safeguard: "attempts that came while an earlier one was worked on are answered with the later one",
    edits: [[settles, "first_attempt = i.leased + 1", "first_attempt = i.attempt"]],
    caughtBy: [{ file: overTime, only: "a failure of an earlier attempt" }],
  },
  {
    name: "heartbeat-completes",
    safeguard: "what is signed as a heartbeat is no answer",
    edits: [["contract/queues.ts", "result: json.describe(", "result: json.default(null).describe("]],
    caughtBy: [{ file: "server/queues/keys.db.test.ts", only: "a signed heartbeat completes nothing" }],
  },
  {
    name: "claimed-work-taken-for-undone",
    safeguard: "what somebody was given is never taken for what did not happen",
    edits: [[`${sql}/sweep.ts`, "where q.lease_until is null and q.claim_until", "where q.claim_until"]],
    caughtBy: [{ file: overTime, only: "what somebody fetched and never answered" }],
  },
  {
    name: "claimed-for-nobody",
    safeguard: "what was claimed for one who hung up goes back at once",
    edits: [["server/queues/claim-line.ts", "if (rest.length > 0) this.#release(rest);", ""]],
    caughtBy: [{ file: "server/queues/claim-line.test.ts" }],
  },
  {
    name: "bound-key-not-bound",
    safeguard: "a key that speaks for a service does nothing else",
    edits: [["server/api/endpoint.ts", "if (serviceOf(caller) !== null) throw keyBound(caller);", ""]],
    caughtBy: [{ file: "server/api/authorisation.db.test.ts", only: "bound to a service" }],
  },
];
