/**
 * simulate: one history of one seed. A random saga, with sagas in it, runs through every fault there is, with people
 * meddling; then the faults end, people help, and everything must come to its end. Every decision is held against every
 * invariant, repeated by a restarted engine, and at the end all is held against what the services know they did.
 */
import { isEnded } from "../run/state";
import type { Transition } from "../run/transition";
import { checkBalance } from "./balance";
import { HistoryFailed } from "./history-failed";
import { People } from "./people";
import { Random } from "./random";
import { randomSagas } from "./random-saga";
import { SimulationFailed } from "./run";
import { sketchOf, World } from "./world";

export type Report = {
  readonly events: number;
  readonly runs: number;
  /** How each run ended: `completed`, `failed/clean`… */
  readonly ends: readonly string[];
  readonly transitions: ReadonlySet<Transition["type"]>;
};

const root = "01890000-0000-7000-8000-000000000001";
const mostThings = 20_000;

/** Throws HistoryFailed, with what happened, when anything is not as it must be. */
export function simulate(seed: number): Report {
  try {
    return reportOf(live(seed, null));
  } catch {
    const trace: string[] = [];
    try {
      return reportOf(live(seed, trace));
    } catch (error) {
      throw new HistoryFailed(seed, error, trace);
    }
  }
}

function live(seed: number, trace: string[] | null): World {
  const random = new Random(seed);
  const world = new World(random, randomSagas(random), trace);
  happen(world, random);
  return world;
}

function happen(world: World, random: Random): void {
  const people = new People(world);
  world.start(root, "Root", { persons: random.pick([["ada"], ["ada"], ["ada", "linus"], []]) });
  const meddling = random.pick([0, 0.02, 0.1, 0.3]);
  for (let things = random.between(10, 250); things > 0; things--) {
    if (random.chance(meddling)) people.meddle();
    if (world.fault(0.01)) world.die(random.pick([...world.runs.values()]));
    if (!world.step() && random.chance(0.5)) break;
  }
  world.isHealed = true;
  endAll(world, people);
  while (world.step()) if (world.events > mostThings) throw new SimulationFailed("It goes on for ever");
  checkBalance(world);
}

/** Liveness: with services that answer and people who help, every run ends. */
function endAll(world: World, people: People): void {
  const isOver = () => [...world.runs.values()].every((run) => run.state !== null && isEnded(run.state));
  while (!isOver()) {
    if (world.events > mostThings) throw new SimulationFailed(`It goes on for ever: ${sketches(world)}`);
    if (world.step() || people.help()) continue;
    throw new SimulationFailed(`Nothing will ever happen again: ${sketches(world)}`);
  }
}

function sketches(world: World): string {
  return world.liveRuns.map((run) => (run.state ? `${run.id} ${sketchOf(run.state)}` : run.id)).join("\n");
}

function reportOf(world: World): Report {
  const runs = [...world.runs.values()];
  return {
    events: world.events,
    runs: runs.length,
    ends: runs.map(({ state }) => `${state?.state}${state?.rollback ? `/${state.rollback}` : ""}`),
    transitions: new Set(runs.flatMap(({ log }) => log.flatMap((e) => e.transitions.map((t) => t.type)))),
  };
}
