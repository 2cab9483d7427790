import type { Mutant } from "./mutant";

const at = "server/orchestrator";
const flush = `${at}/sql/flush.ts`;
const deliverer = `${at}/deliverer.ts`;

const deliveries = `${at}/deliveries.db.test.ts`;

/** What subscriptions are told. */
export const telling: readonly Mutant[] = [
  {
    name: "event-without-fence",
    safeguard: "an event goes out only with the decision that it tells of, under the same fence",
    edits: [[flush, "from f, rows from (${unnest(30", "from rows from (${unnest(30"]],
    caughtBy: [{ file: `${at}/interleavings.db.test.ts`, only: "a worker that was taken over writes" }],
  },
  {
    name: "event-of-no-start",
    safeguard: "a start that came to nothing is told to nobody",
    edits: [[`${at}/sql/start-runs.ts`, "on y.run = r.id", "on true"]],
    caughtBy: [{ file: deliveries, only: "a start that is not one is not" }],
  },
  {
    name: "events-overtake",
    safeguard: "of one run one event at a time goes to a subscription, in the order of its log",
    edits: [[deliverer, "({ run }) => !line.runs.has(run)", "() => true"]],
    caughtBy: [{ file: deliveries, only: "in the order of the log" }],
  },
  {
    name: "receiver-holds-others",
    safeguard: "receivers that hang leave room for one that does not",
    edits: [[deliverer, "Math.min(limits.deliveriesOfOne, Math.max(1, share))", "limits.deliveriesOfOne + share * 0"]],
    caughtBy: [{ file: deliveries, only: "holds up nobody else" }],
  },
];
