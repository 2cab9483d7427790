/**
 * harass: one adversarial history of one seed. Whatever anybody may say, true or not, is said to one run of a random
 * saga, one thing after another. Nothing that they say breaks an invariant, and a restart at any point decides the same.
 */
import type { Saga } from "../definition/saga";
import type { RunEvent } from "../run/event";
import { isEnded, type RunState } from "../run/state";
import { possibleEvents } from "../testing/possible";
import { startOfTime } from "./clock";
import { HistoryFailed } from "./history-failed";
import { Random } from "./random";
import { data, randomSagas } from "./random-saga";
import { Run } from "./run";

const id = "01890000-0000-7000-8000-000000000001";
const parent = { run: "parent", step: "child", generation: 1, depth: 1, undo: null } as const;

/** How many decisions it came to. Throws HistoryFailed when anything is not as it must be. */
export function harass(seed: number, length = 60): number {
  const trace: string[] = [];
  try {
    return saidTo(new Random(seed), length, trace);
  } catch (error) {
    throw new HistoryFailed(seed, error, trace);
  }
}

function saidTo(random: Random, length: number, trace: string[]): number {
  const run = new Run(id, randomSagas(random).get(random.pick(["Root", "Middle"])) as Saga);
  const born = random.chance(0.4) ? { parent } : {};
  const persons = random.pick([["ada"], []]);
  run.decide({ type: "RunRequested", at: startOfTime, run: id, data, actor: "ada", persons, ...born }, trace);
  for (let n = 0; n < length && run.state; n++) {
    const state: RunState = run.state;
    const event = random.pick(possibleEvents(run.saga, state).filter((e) => isLikely(random, state, e)));
    run.decide("id" in event && event.id !== undefined ? { ...event, id: `${n}:${event.id}` } : event, trace);
  }
  return run.log.length;
}

/** Words that end a run are rare, or there would be little else. */
function isLikely(random: Random, state: RunState, event: RunEvent): boolean {
  const isEnd =
    event.type === "ParentAsked" ||
    (event.type === "OperationRequested" && /terminate|cancel|compensate/.test(event.operation.operation));
  return !isEnd || isEnded(state) || random.chance(0.1);
}
