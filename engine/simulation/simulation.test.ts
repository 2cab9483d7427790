/**
 * Random worlds: sagas of every kind and sagas within them, services that fail in every way, workers that die, people who
 * meddle. Whatever happens, the invariants hold after every event, a restart changes nothing, every run ends once services
 * answer and people help, and the services' ledger says what the runs say.
 *
 * `SEED=7 npx vitest run engine/simulation` tells one history; `npm run simulate -- --histories 50000` tells many.
 */
import { expect, it } from "vitest";
import type { Transition } from "../run/transition";
import { harass } from "./harass";
import { type Report, simulate } from "./history";
import { HistoryFailed } from "./history-failed";
import { quarrels, worlds } from "./regressions";

const seed = process.env.SEED === undefined ? null : Number(process.env.SEED);
const histories = Number(process.env.HISTORIES ?? 2_000);

/** What happened in a history that failed stands in the failure, the end of it. */
function telling<T>(tell: () => T): T {
  try {
    return tell();
  } catch (error) {
    if (!(error instanceof HistoryFailed)) throw error;
    const last = error.trace.slice(seed === null ? -30 : -1_000).join("\n");
    throw new Error(`${error.message}\nSEED=${error.seed} tells it again.\n${last}`, { cause: error.cause });
  }
}

if (seed !== null) {
  it(`seed ${seed} is as it must be, in a world and in a quarrel`, () => {
    telling(() => simulate(seed));
    telling(() => harass(seed));
  }, 60_000);
} else {
  it.each(worlds)("world %i no longer goes wrong", (once) => {
    telling(() => simulate(once));
  });

  it.each(quarrels)("quarrel %i no longer goes wrong", (once) => {
    telling(() => harass(once));
  });

  it("random worlds keep every promise, and use everything that the log can say", () => {
    const reports: Report[] = [];
    for (let n = 1; n <= histories; n++) reports.push(telling(() => simulate(n)));
    const ends = reports.flatMap((report) => report.ends);
    const share = (end: string) => ends.filter((other) => other === end).length / ends.length;
    // Enough of every end, so that none of this is said of histories in which nothing happens.
    expect(share("completed")).toBeGreaterThan(0.2);
    expect(share("failed/clean")).toBeGreaterThan(0.15);
    expect(share("failed/nothing_to_undo")).toBeGreaterThan(0.05);
    expect(share("failed/incomplete")).toBeGreaterThan(0.02);
    expect(ends.length).toBeGreaterThan(histories * 1.5);
    const seen = new Set(reports.flatMap((report) => [...report.transitions]));
    expect(Object.keys(every).filter((type) => !seen.has(type as Transition["type"]))).toEqual([]);
  }, 300_000);
}

/** Those of an orchestration: what only a choreography tells has histories of its own. */
type OfSteps = Exclude<Transition["type"], "EventHeard" | "ReactionFired" | "EventExplained" | "EndHeard">;

const every: { readonly [T in OfSteps]: true } = {
  RunStarted: true,
  StepStarted: true,
  StepWaits: true,
  ItemsListed: true,
  CallAccepted: true,
  ProbeStarted: true,
  ProbeRetryScheduled: true,
  StepCompleted: true,
  StepRetryScheduled: true,
  StepFailed: true,
  StepSkipped: true,
  StepOutcomeSettled: true,
  ChildResidueReported: true,
  EdgesPassed: true,
  EdgesFailed: true,
  UnwindRequested: true,
  UnwindWithdrawn: true,
  UnwindStarted: true,
  UnwindContinued: true,
  CompensationStarted: true,
  CompensationRetryScheduled: true,
  CompensationCompleted: true,
  CompensationFailed: true,
  AttentionRaised: true,
  AttentionCleared: true,
  LateReplyRecorded: true,
  ReplyIgnored: true,
  SignalReceived: true,
  SignalRefused: true,
  ApprovalDecided: true,
  DecisionRefused: true,
  ParentAsked: true,
  RunPaused: true,
  RunResumed: true,
  RunReopened: true,
  RunCompleted: true,
  RunFailed: true,
  OperationAccepted: true,
  OperationRefused: true,
};
