/**
 * The participant: one real HTTP service, honest and unreliable. It honours idempotency keys and tombstones, and it
 * declines, answers 500 before or after the effect, hangs after it or before it, breaks the connection, asks to wait,
 * answers rubbish, is slow, answers twice, and answers 202 and replies later, or too late. What it does to a call is drawn from the seed, the order, the step and the attempt.
 * Arguments: ledger file, port, seed, address of the post office.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Ledger, type LedgerEntry } from "./ledger";
import { draw } from "./random";

const [file = "", port = "0", seed = "", postOffice = ""] = process.argv.slice(2);
const ledger = new Ledger(file);
let calm = false;

const declines: Readonly<Record<string, number>> = {
  ...{ reserve: 0.02, pay: 0.12, pack: 0.05, ship: 0.06, notify: 0.04 },
  ...{ parcels: 0.02, truck: 0.03, route: 0.06 },
};
/** Undos that nobody but a person can help, until the participant is calm. */
const stuck = 0.004;

type Call = Omit<LedgerEntry, "what"> & {
  readonly order: string;
  readonly of: string;
  readonly isReadonly: boolean;
  readonly generation: number;
};
type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };
type Behaviour = readonly [share: number, answer: (call: Call, response: ServerResponse) => Promise<Answer | null>];

const ok: Answer = { status: 200, body: { ok: true } };
const broken: Answer = { status: 500, body: { code: "broken", message: "Out of order" } };
const busy: Answer = { status: 429, body: { code: "busy", message: "Later" }, headers: { "retry-after": "1" } };
const rubbish: Answer = { status: 200, body: "<html>", headers: { "content-type": "text/html" } };

/** Does it, and then something else than saying so. */
function happenBut(call: Call, answer: Answer | null): Answer | null {
  happen(call);
  return answer;
}

async function happenAfter(ms: number, call: Call): Promise<Answer> {
  await delay(ms);
  return happen(call);
}

function hangUp(call: Call, response: ServerResponse): null {
  happen(call);
  response.destroy();
  return null;
}

const taken: Answer = { status: 202, body: {} };

/** Takes the call, does it after a while, and says so by another way, perhaps twice. */
function answerLater(ms: number, call: Call): Answer {
  void delay(ms).then(async () => {
    const answer = happen(call);
    for (let times = draw(seed, "told twice", call.key) < 0.3 ? 2 : 1; times > 0; times -= 1)
      await post(call, answer, times);
  });
  return taken;
}

/** Answers, and says the same once more by another way. */
async function answerTwice(call: Call): Promise<Answer> {
  const answer = happen(call);
  void delay(draw(seed, "again", call.key) * 300).then(() => post(call, answer, 1));
  return answer;
}

/** Until it is taken, as any honest service would. */
async function post(call: Call, { status, body }: Answer, nth: number): Promise<void> {
  const { run, step, item, half, attempt, generation, key } = call;
  const event = `${key}#${attempt}/${nth}`;
  const error = { code: "refused", message: "Refused" };
  const outcome = status < 300 ? { kind: "success", result: body } : { kind: "terminal", error };
  const about = { run, step, half, attempt, generation, outcome, ...(item === undefined ? {} : { item }) };
  const reply = JSON.stringify({ id: event, event, ...about, key: `reply:${event}`, hash: event });
  for (;;) {
    const response = await fetch(postOffice, { method: "POST", body: reply }).catch(() => null);
    if (response?.status === 202) return;
    await delay(200);
  }
}

/** Their shares add up to less than 1: what is left is answered at once. Null: no answer at all, the caller gives up. */
const behaviours: readonly Behaviour[] = [
  [0.03, async () => broken],
  [0.02, async (call) => happenBut(call, broken)],
  [0.02, async (call) => happenBut(call, null)],
  [0.01, async () => null],
  // The effect comes when the caller has given up, perhaps after its undo.
  [0.015, (call) => happenAfter(600 + draw(seed, "late", call.key) * 2_500, call)],
  [0.015, async () => busy],
  [0.015, async (call, response) => hangUp(call, response)],
  [0.01, async (call) => happenBut(call, rubbish)],
  [0.05, (call) => happenAfter(200 + draw(seed, "slow", call.key) * 700, call)],
  [0.06, async (call) => answerLater(draw(seed, "later", call.key) * 500, call)],
  [0.015, async (call) => answerLater(1_100 + draw(seed, "too late", call.key) * 2_000, call)],
  [0.03, answerTwice],
];

/** Does it, once for each key. */
function happen(call: Call): Answer {
  const { order, of, isReadonly, generation: _, ...entry } = call;
  if (isReadonly) return ok;
  if (call.half === "compensation") ledger.undo(entry, of);
  else if (!ledger.act(entry))
    return { status: 409, body: { code: "already_undone", message: "It was undone before" } };
  return { status: 200, body: { ok: true, reference: `${order}-${call.step}` } };
}

function refusal(call: Call): Answer | null {
  const chance = call.half === "action" ? declines[call.step] : calm ? 0 : stuck;
  if (draw(seed, "declined", call.order, call.step, call.item ?? "", call.half) >= (chance ?? 0)) return null;
  return { status: 422, body: { code: "declined", message: `${call.step} declined` } };
}

async function answerTo(call: Call, response: ServerResponse): Promise<Answer | null> {
  const declined = refusal(call);
  const drawn = draw(seed, "behaviour", call.order, call.step, call.item ?? "", call.half, call.attempt);
  let sum = 0;
  for (const [share, behave] of behaviours) {
    sum += share;
    // One that declines has no effect to delay, but may fail to say so.
    if (!calm && drawn < sum) return declined ? (drawn < 0.05 ? broken : declined) : behave(call, response);
  }
  await delay(draw(seed, "latency", call.key) * 15);
  return declined ?? happen(call);
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
  const { "idempotency-key": key, "saga-id": run, "saga-step": step, "saga-attempt": attempt } = request.headers;
  const half = String(key).endsWith(":compensation") ? "compensation" : "action";
  const [generation, item] = String(key).split(":").slice(2, -1).reverse();
  return {
    at: Date.now(),
    run: String(run),
    step: String(step),
    ...(item === undefined ? {} : { item: Number(item) }),
    generation: Number(generation),
    half,
    key: String(key),
    attempt: Number(attempt),
    order: input.order ?? "",
    of: input.key ?? "",
    isReadonly: request.url === "/Notify",
  };
}

function toEntry({ order: _, of: __, isReadonly: ___, generation: ____, ...entry }: Call): Omit<LedgerEntry, "what"> {
  return entry;
}

const server = createServer(async (request, response) => {
  const call = await readCall(request).catch(() => null);
  if (!call) return response.destroy();
  ledger.note({ ...toEntry(call), what: "call" });
  const answer = await answerTo(call, response);
  if (!answer || response.destroyed) return;
  const { status, body, headers = {} } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
});

server.keepAliveTimeout = 60_000;
server.listen(Number(port), "127.0.0.1", () => process.send?.("ready"));
process.on("message", () => {
  calm = true;
});
process.on("disconnect", () => process.exit(0));
