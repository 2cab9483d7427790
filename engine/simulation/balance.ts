/** The end of a history held against the ledger: what a run says that it did, undid or left is what was done. */
import { isEnded, type RunState, type StepState, type WorkState } from "../run/state";
import { unitOf } from "./participant";
import { type Run, SimulationFailed } from "./run";
import type { World } from "./world";

export function checkBalance(world: World): void {
  if (world.participant.mostEffects() > 1) throw new SimulationFailed("One key took effect twice");
  for (const run of world.runs.values()) {
    if (run.state === null) throw new SimulationFailed(`${run.id} never started`);
    if (!isEnded(run.state)) throw new SimulationFailed(`${run.id} has not ended`);
    for (const [index, s] of run.state.steps.entries()) checkStep(world, run, s, index);
    checkChildren(world, run, run.state);
    const finals = run.published.filter((event) => !event.endsWith("Unwound")).length;
    if (finals !== 1 + run.reopened) throw new SimulationFailed(`${run.id} told its end ${finals} times`);
  }
}

function checkStep(world: World, run: Run, s: StepState, index: number): void {
  const spec = run.saga.steps[index];
  if (!spec?.action) return;
  const works = s.items?.map((w, item) => [w, item] as const) ?? [[s, null] as const];
  for (const [w, item] of works) checkWork(world, run, { s, w, item, isUndone: spec.compensation !== null });
}

type Worked = {
  readonly s: StepState;
  readonly w: WorkState;
  readonly item: number | null;
  readonly isUndone: boolean;
};

/** What the run knows of an effect is so. What it does not know may be either way. */
function checkWork(world: World, run: Run, { s, w, item, isUndone }: Worked): void {
  const name = item === null ? s.id : `${s.id}:${item}`;
  const balance = world.participant.balanceOf(unitOf(run.id, s.id, item));
  const isLate = run.state?.attention.some((a) => a.reason === "late_effect" && a.step === s.id) === true;
  const wrong = (sentence: string) =>
    new SimulationFailed(`${run.id} ${name} ${sentence}: its effect stands ${balance} times`);
  if (balance > 1) throw wrong("happened more than once");
  if (isLate || run.byHand.has(name) || run.byHand.has(s.id)) return;
  if (w.status === "compensated" && isUndone && balance !== 0) throw wrong("counts as undone");
  const isMaybeUndone = w.undo.unsettled.length > 0;
  if (w.status === "completed" && w.action.attempt > 0 && !isMaybeUndone && balance !== 1)
    throw wrong("counts as completed");
  if (w.effect === "none" && w.status !== "compensated" && balance !== 0) throw wrong("counts as not happened");
}

/** U8: what ended clean left no child standing; what has ended left none running. */
function checkChildren(world: World, parent: Run, state: RunState): void {
  for (const child of world.runs.values()) {
    if (child.state?.parent?.run !== parent.id || child.isUnwoundAlone || parent.isUnwoundAlone) continue;
    const { step, generation } = child.state.parent;
    const index = parent.saga.indexOf.get(step) ?? -1;
    const s = state.steps[index] as StepState;
    const isUndone = child.state.state === "failed" && child.state.rollback !== "incomplete";
    // What turned out late is said where it is, and known to nobody else.
    const isLate =
      state.attention.some((a) => a.reason === "late_effect" && a.step === step) ||
      child.state.attention.some((a) => a.reason === "late_effect");
    if (parent.byHand.has(step) || isLate || parent.saga.steps[index]?.class === "irreversible") continue;
    const isOwn = s.action.generation === generation;
    const wrong = (how: string) => new SimulationFailed(`${parent.id} ${step} ${how}, but its run ${child.id} is not`);
    if (state.state === "failed" && state.rollback !== "incomplete" && s.effect !== "unknown" && !isUndone)
      throw wrong(`ended ${state.rollback}`);
    if (isOwn && s.status === "completed" && child.state.state !== "completed") throw wrong("completed");
    if (isOwn && s.status === "compensated" && !isUndone) throw wrong("is undone");
  }
}
