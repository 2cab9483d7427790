import type { Mutant } from "./mutant";

const attempts = "engine/attempts.ts";
const decide = "engine/decide.ts";
const forward = "engine/forward.ts";
const unwind = "engine/unwind.ts";
const replies = "engine/replies.ts";
const rules = "engine/rules.ts";

const forwardTest = { file: "engine/forward.test.ts" };
const unwindTest = { file: "engine/unwind.test.ts" };
const walkTest = { file: "engine/walk.test.ts" };

export const unwinding: readonly Mutant[] = [
  {
    // Either of the two is enough.
    name: "forward-in-unwind",
    safeguard: "no step starts once the run unwinds",
    edits: [
      [decide, "if (!draft.isUnwinding) goForward", "goForward"],
      [forward, "!draft.state.paused && draft.state.unwind === null", "!draft.state.paused"],
    ],
    caughtBy: [walkTest],
  },
  {
    name: "retry-in-unwind",
    safeguard: "no action is tried again once the run unwinds",
    edits: [[attempts, "return draft.state.unwind !== null;", "return false;"]],
    caughtBy: [walkTest],
  },
  {
    name: "graph-order-ignored",
    safeguard: "an undo waits for the undos downstream of it",
    edits: [[unwind, "if (!held) next.push", "next.push"]],
    caughtBy: [unwindTest],
  },
  {
    name: "sequence-reversed",
    safeguard: "in sequence, what settled last is undone first",
    edits: [
      [
        unwind,
        "settledOrder(draft, place) > settledOrder(draft, last)",
        "settledOrder(draft, place) < settledOrder(draft, last)",
      ],
    ],
    caughtBy: [unwindTest],
  },
  {
    name: "unknown-not-undone",
    safeguard: "a step of unknown outcome is owed its undo",
    edits: [[rules, 'if (w.effect === "unknown") return spec.compensateSelf !== "never";', ""]],
    caughtBy: [{ file: "server/orchestrator/runs.db.test.ts", only: "leaves an unknown effect, which is undone" }],
  },
  {
    name: "every-end-clean",
    safeguard: "an end with an undo still owed says incomplete",
    edits: [[unwind, 'if (missing) return { rollback: "incomplete", residue };', ""]],
    caughtBy: [unwindTest],
  },
  {
    name: "back-over-the-pivot",
    safeguard: "after the pivot there is no going back",
    edits: [[rules, 'state.steps[i]?.effect === "happened"', "state.steps[i] === null"]],
    caughtBy: [unwindTest],
  },
];

export const replying: readonly Mutant[] = [
  {
    name: "duplicate-reply-counts",
    safeguard: "a second success of a step changes nothing",
    edits: [[replies, 'if (w.status === "executing") completeStep', 'if (w.status !== "pending") completeStep']],
    caughtBy: [forwardTest],
  },
  {
    name: "old-failure-counts",
    safeguard: "a failure counts only for the current attempt",
    edits: [[replies, "half.open !== null && half.attempt === attempt", "half.open !== null"]],
    caughtBy: [forwardTest],
  },
  {
    name: "late-success-ignored",
    safeguard: "a success that comes late is known from then on",
    edits: [
      [replies, "lateSuccess(draft, place, attempt, { result: outcome.result, ...senderOf(reply) });", "undefined;"],
    ],
    caughtBy: [forwardTest],
  },
  {
    name: "open-call-not-resent",
    safeguard: "a call whose answer died with its worker is sent again",
    edits: [[decide, 'event.type === "RunTakenOver"', "false"]],
    caughtBy: [forwardTest],
  },
  {
    name: "child-not-begun-again",
    safeguard: "a child run whose beginning died with the parent's worker is begun again",
    edits: [[decide, '[undefined, "action" as const]', '[undefined, "compensation" as const]']],
    caughtBy: [{ file: "engine/steps/saga.test.ts" }],
  },
];
