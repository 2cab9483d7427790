/** Where the crash sweep kills a worker: at which points, around which calls, of which sagas. */
import type { StartRequest } from "../client";
import { startRequest } from "./fixtures";
import type { Point as OwnPoint, Target } from "./worker-process";

/** Two points are the participant's: the call has come to it, and the effect is there but not answered. */
export type Point = Exclude<OwnPoint, "never"> | "call_arrived" | "effect_done";

type Known = {
  /** Whether the log has it when the worker dies; null: it is on its way. */
  readonly intent: boolean | null;
  readonly reply: boolean | null;
  /** How often the participant was called by then, and how often in the end: a call of which nobody knows is made again. */
  readonly called: number;
  readonly calls: readonly number[];
};

export const points: Readonly<Record<Point, Known>> = {
  intent_unsent: { intent: false, reply: false, called: 0, calls: [1] },
  intent_sent: { intent: null, reply: false, called: 0, calls: [1] },
  intent_committed: { intent: true, reply: false, called: 0, calls: [1] },
  call_leaving: { intent: true, reply: false, called: 0, calls: [1] },
  call_arrived: { intent: true, reply: false, called: 1, calls: [2] },
  effect_done: { intent: true, reply: false, called: 1, calls: [2] },
  reply_read: { intent: true, reply: false, called: 1, calls: [2] },
  reply_unsent: { intent: true, reply: false, called: 1, calls: [2] },
  reply_sent: { intent: true, reply: null, called: 1, calls: [1, 2] },
  reply_committed: { intent: true, reply: true, called: 1, calls: [1] },
  untold: { intent: true, reply: true, called: 1, calls: [1] },
  told: { intent: true, reply: true, called: 1, calls: [1] },
};

const everyPoint = Object.keys(points) as readonly Point[];
const intents = everyPoint.filter((point) => point.startsWith("intent"));
const calls = everyPoint.filter((point) => /^call|^effect|_read$/.test(point));
const replies = everyPoint.filter((point) => /^reply_[^r]|told$/.test(point));
/** Of a word between runs, which is no call. */
const words = [...intents, ...replies];

const undo = (command: string, more = "") =>
  `compensation: { command: Shop.${command}, input: { key: "\${action_key}", order: "\${data.order}"${more} } }`;
const action = (id: string, command: string, undoing: string) => `
  - { id: ${id}, action: Shop.${command}, ${undo(undoing)} }`;
const reserve = action("reserve", "Reserve", "Release");
const pay = action("pay", "Pay", "Refund");
const pack = action("pack", "Pack", "Unpack");
const ship = action("ship", "Ship", "Recall");
const item = 'item: "${seat}"';
const seats = `
  - id: seats
    kind: forEach
    items: "\${data.seats}"
    as: seat
    concurrency: 2
    action: { command: Shop.Book, input: { order: "\${data.order}", refused: "\${data.refused}", ${item} } }
    ${undo("Unbook", `, ${item}`)}`;
const data = 'order: "${data.order}", refused: "${data.refused}"';

export const crashSagas: readonly string[] = [
  `saga: Line\nsteps:${reserve}${pay}${ship}\n`,
  `saga: Diamond\nsteps:${reserve}${pay}${pack}${ship}
edges: [{ from: reserve, to: pay }, { from: reserve, to: pack }, { from: pay, to: ship }, { from: pack, to: ship }]\n`,
  `saga: Each\nsteps:${reserve}${seats}${ship}\n`,
  `saga: Parent\nsteps:${reserve}\n  - { id: sub, kind: saga, saga: Child, input: { ${data} } }${ship}\n`,
  `saga: Child\nsteps:${pay}${pack}\n`,
];

/** What has an effect in a run that completes, and each of it is undone in one that does not; the last step is refused. */
const effects = {
  Line: ["reserve", "pay"],
  Diamond: ["reserve", "pay", "pack"],
  Each: ["reserve", "seats 0", "seats 1"],
  Parent: ["reserve", "pay", "pack"],
} as const;

type Saga = keyof typeof effects;

/** Every point around a call between others, forward and back; what is different of the first, of the last, and side by side. */
const targets: readonly (readonly [Saga, string, Target["half"], readonly Point[], number?])[] = [
  ["Line", "reserve", "action", intents],
  ["Line", "pay", "action", everyPoint],
  ["Line", "ship", "action", replies],
  ["Line", "pay", "compensation", everyPoint],
  ["Line", "reserve", "compensation", replies],
  ["Diamond", "pay", "action", calls],
  ["Diamond", "pay", "compensation", calls],
  ["Each", "seats", "action", everyPoint, 1],
  ["Each", "seats", "compensation", everyPoint, 1],
  // The child begins; it ends, which is told its parent in the same flush; the parent hears of it. The same backward.
  ["Parent", "sub", "action", words],
  ["Parent", "pay", "action", intents],
  ["Parent", "pack", "action", words],
  ["Parent", "sub", "compensation", words],
  ["Parent", "pack", "compensation", intents],
  ["Parent", "pay", "compensation", words],
];

export type CrashCase = Target & {
  readonly name: string;
  readonly point: Point;
  readonly saga: Saga;
  readonly request: StartRequest;
  /** What takes effect, and what of that is undone: step, and item if there are several. */
  readonly effects: readonly string[];
  readonly undos: readonly string[];
  /** False: a word between runs. */
  readonly isCall: boolean;
};

export const crashCases: readonly CrashCase[] = targets.flatMap(([saga, step, half, at, ofItem]) =>
  at.map((point) => {
    const name = `${half} ${step}${ofItem === undefined ? "" : ` ${ofItem}`} of ${saga}`;
    const order = `${name} ${point}`;
    const isBack = half === "compensation";
    const request = startRequest(saga, { order, refused: isBack ? "ship" : "", seats: [0, 1] }, { key: order });
    const target: Target = { step, half, ...(ofItem === undefined ? {} : { item: ofItem }) };
    const done = isBack
      ? { effects: effects[saga], undos: effects[saga] }
      : { effects: [...effects[saga], "ship"], undos: [] };
    return { ...target, ...done, name, point, saga, request, isCall: step !== "sub" };
  }),
);
