/** Adversarial histories of choreographies: events lost, doubled, reordered, late, and whatever anybody may say. */
import { expect, test } from "vitest";
import type { InvokeCommand } from "../run/command";
import type { RunEvent } from "../run/event";
import { startOfTime } from "../simulation/clock";
import { HistoryFailed } from "../simulation/history-failed";
import { Random } from "../simulation/random";
import { Run } from "../simulation/run";
import { choreographies } from "../testing/choreographies";
import { possibleEvents } from "../testing/possible";

const run = "01890000-0000-7000-8000-000000000001";

/** How it ended, if it did. Throws when an invariant breaks, or a restart would decide otherwise. */
function history(name: keyof typeof choreographies, seed: number): string {
  const random = new Random(seed);
  const trace: string[] = [];
  const told = new Run(run, choreographies[name]);
  const sent = new Map<string, string>();
  const happen = (event: RunEvent) => {
    for (const c of told.decide(event, trace).commands) if (c.type === "InvokeCommand") keepsItsKey(sent, c);
  };
  try {
    const begins = { run, data: { order_id: "o-1" }, actor: "ada", ...(seed % 2 ? { unowned: true as const } : {}) };
    happen({ type: "RunRequested", at: startOfTime, ...begins });
    for (let n = 0; n < 60 && told.state; n++) {
      const events = possibleEvents(told.saga, told.state).filter((e) => isLikely(random, e));
      const event = random.pick(events);
      happen("id" in event && event.id !== undefined ? { ...event, id: `${n}:${event.id}` } : event);
    }
  } catch (error) {
    throw new HistoryFailed(seed, error, trace);
  }
  return `${told.state?.state}/${told.state?.rollback}`;
}

/** F4, C1: one half of one place is sent the same under the same key, whatever is heard meanwhile, and nothing else is. */
function keepsItsKey(sent: Map<string, string>, { key, step, item, half, generation, input }: InvokeCommand): void {
  const place = `${step} ${item} ${half} ${generation}`;
  for (const [name, is] of [
    [`key ${key}`, `${place} ${JSON.stringify(input)}`],
    [`place ${place}`, key],
  ] as const) {
    const before = sent.get(name) ?? is;
    if (before !== is) throw new Error(`${name} was ${before} and is ${is}`);
    sent.set(name, is);
  }
}

/** Words that end a run are rare, or there would be little else. */
function isLikely(random: Random, event: RunEvent): boolean {
  if (event.type === "EventTold") return true;
  if (event.type !== "OperationRequested") return random.chance(0.7);
  return random.chance(/terminate|cancel|compensate/.test(event.operation.operation) ? 0.05 : 0.3);
}

test.each(Object.keys(choreographies) as (keyof typeof choreographies)[])(
  "%s keeps the invariants whatever is heard, in whatever order",
  (name) => {
    const ends = new Map<string, number>();
    for (let seed = 1; seed <= 60; seed++) {
      const end = history(name, seed);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    for (const end of ["completed/null", "failed/clean", "failed/incomplete"]) expect([...ends.keys()]).toContain(end);
  },
  120_000,
);
