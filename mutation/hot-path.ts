import type { Mutant } from "./mutant";

const at = "server/orchestrator";
const flush = `${at}/sql/flush.ts`;
const starts = `${at}/sql/start-runs.ts`;
const claims = `${at}/sql/claim.ts`;
const workers = `${at}/sql/worker.ts`;
const ownedRuns = `${at}/owned-runs.ts`;

const interleavings = `${at}/interleavings.db.test.ts`;
const lostAnswers = `${at}/lost-answers.db.test.ts`;
const calls = `${at}/calls.db.test.ts`;
const runs = `${at}/runs.db.test.ts`;

const fence = "w.incarnation = $1::bigint for key share";

export const fencing: readonly Mutant[] = [
  {
    name: "flush-without-lock",
    safeguard: "a flush holds its worker's row, so that a takeover cannot pass it",
    edits: [[flush, fence, "w.incarnation = $1::bigint"]],
    caughtBy: [{ file: interleavings, only: "a flush is under way when its worker is taken over" }],
  },
  {
    name: "flush-without-fence",
    safeguard: "what a flush writes is joined to its worker's row",
    edits: [[flush, "from f, rows from (\n    ${unnest(20", "from rows from (\n    ${unnest(20"]],
    caughtBy: [{ file: interleavings, only: "a takeover is under way: a flush waits" }],
  },
  {
    name: "word-without-fence",
    safeguard: "a word to another run is written under the same fence",
    edits: [[flush, "from f, rows from (${unnest(26", "from rows from (${unnest(26"]],
    caughtBy: [{ file: interleavings, only: "a worker that was taken over writes" }],
  },
  {
    name: "word-passed-over",
    safeguard: "a word to a run whose row the same statement changes is written",
    edits: [[flush, " or x.run = any($2::uuid[])", ""]],
    caughtBy: [{ file: interleavings, only: "put down by the same statement" }],
  },
  {
    name: "flush-taken-for-written",
    safeguard: "a flush that wrote less than it was sent is an unknown outcome",
    edits: [
      [flush, "if (!written || written.events", "if (!written && (written.events"],
      [flush, "written.fence !== 1) {", "written.fence !== 1)) {"],
    ],
    caughtBy: [{ file: interleavings, only: "a worker that was taken over writes" }],
  },
  {
    name: "start-without-lock",
    safeguard: "a start holds its worker's row too",
    edits: [[starts, fence, "w.incarnation = $1::bigint"]],
    caughtBy: [{ file: interleavings, only: "a takeover is under way: a start waits" }],
  },
  {
    name: "claim-without-fence",
    safeguard: "only a worker that has its row claims runs",
    edits: [[claims, `select w.incarnation from saga_worker w where ${fence}`, "select $1::bigint as incarnation"]],
    caughtBy: [{ file: interleavings, only: "a worker that was taken over writes" }],
  },
  {
    // Either of the two is enough.
    name: "takeover-unchecked",
    safeguard: "a takeover passes over a row that is being changed, and looks at the lease again",
    edits: [
      [workers, "order by w.incarnation for update skip locked", "order by w.incarnation"],
      [workers, "= d.incarnation and w.lease_until < clock_timestamp()", "= d.incarnation"],
    ],
    caughtBy: [{ file: interleavings, only: "a heartbeat is under way when the lease has run out" }],
  },
  {
    name: "orphans-not-due",
    safeguard: "the runs of a dead worker are due at once",
    edits: [[workers, "set owner = null, wake_at = statement_timestamp()", "set owner = null"]],
    caughtBy: [{ file: interleavings, only: "a flush is under way when its worker is taken over" }],
  },
  {
    name: "old-row-left",
    safeguard: "a worker that begins anew deletes the row of the one it was, and so waits for its last statement",
    edits: [[`${at}/worker.ts`, "await leave(client, incarnation);", ""]],
    caughtBy: [{ file: lostAnswers, only: "a stop that comes while the worker begins anew" }],
  },
];

export const calling: readonly Mutant[] = [
  {
    name: "call-before-intent",
    safeguard: "a command is performed only after its intent is committed",
    edits: [
      [
        ownedRuns,
        "pending.commands.push(...commands);",
        "for (const command of commands) this.#perform(run, command);",
      ],
    ],
    caughtBy: [{ file: calls, only: "is called only when the intent is committed" }],
  },
  {
    name: "call-in-line-sent",
    safeguard: "an action that waits in line is withdrawn when its run begins to unwind",
    edits: [[ownedRuns, 'if (half === "action" && state.unwind?.phase === "running") return false;', ""]],
    caughtBy: [{ file: calls, only: "waits in line" }],
  },
  {
    name: "call-without-lease",
    safeguard: "a worker that has not renewed its lease in time sends nothing",
    edits: [[`${at}/heartbeat.ts`, "performance.now() - this.#sentAt < limits.freshLease", "true"]],
    caughtBy: [{ file: calls, only: "has not renewed its lease" }],
  },
  {
    name: "first-call-forgotten",
    safeguard: "that a call sent again was not taken says nothing of the first",
    edits: [[ownedRuns, "again ? outcomeOfBoth(outcome) : outcome", "outcome"]],
    caughtBy: [{ file: `${at}/sent-again.db.test.ts` }],
  },
  {
    name: "taken-call-sent-again",
    safeguard: "a call that the service has taken is not sent again",
    edits: [["engine/commands.ts", "half.open !== null && !half.open.accepted", "half.open !== null"]],
    caughtBy: [{ file: calls, only: "answered 202 is not made again" }],
  },
  {
    name: "attempt-in-key",
    safeguard: "every attempt carries the same idempotency key",
    edits: [["engine/commands.ts", "key: keyOf(", "key: now.attempt + keyOf("]],
    caughtBy: [{ file: runs, only: "tried again under the same key" }],
  },
  {
    name: "halves-share-key",
    safeguard: "an undo has a key of its own",
    edits: [["engine/key.ts", ":${half}", ""]],
    caughtBy: [{ file: lostAnswers, only: "every flush of an unwind" }],
  },
  {
    name: "items-share-key",
    safeguard: "every item has a key of its own",
    edits: [["engine/key.ts", '${item === undefined ? "" : `:${item}`}', ""]],
    caughtBy: [{ file: calls, only: "each item is called under a key of its own" }],
  },
];

export const arriving: readonly Mutant[] = [
  {
    name: "start-not-deduped",
    safeguard: "a start under a key that was used begins no second run",
    edits: [[starts, "where x.key is null or exists (select 1 from keyed k where k.run = x.id)", "where true"]],
    caughtBy: [
      { file: interleavings, only: "two processes start under one key" },
      { file: lostAnswers, only: "the answer to start_owned is lost" },
    ],
  },
  {
    name: "operation-not-deduped",
    safeguard: "an operation under a key that was used is not taken again",
    edits: [[`${at}/sql/accept.ts`, "where x.key is null or x.key in (select f.key from fresh f)", "where true"]],
    caughtBy: [{ file: runs, only: "an operation asked for twice" }],
  },
  {
    name: "inbox-not-due",
    safeguard: "an inbox row is due work, whatever its run waits for",
    edits: [[claims, "select distinct i.run from saga_inbox i", "select distinct i.run from saga_inbox i where false"]],
    caughtBy: [{ file: interleavings, only: "something arrives, not committed yet" }],
  },
  {
    name: "inbox-kept",
    safeguard: "an inbox row is deleted by the flush that takes it into the log",
    edits: [[flush, "delete from saga_inbox i using f where", "delete from saga_inbox i using f where false and"]],
    caughtBy: [{ file: interleavings, only: "something arrives, not committed yet" }],
  },
];
