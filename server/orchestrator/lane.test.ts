import { expect, test } from "vitest";
import type { InvokeCommand, Outcome } from "@/engine";
import { Lane } from "./lane";
import type { ServiceRegistration } from "./services";
import type { Transport } from "./transports/transport";

const service: ServiceRegistration = {
  name: "Shop",
  transport: { kind: "http", url: "http://shop.example", allowPrivateNetwork: false },
  concurrency: 2,
  timeoutMs: null,
  secret: null,
};

function commandDue(inMs: number): InvokeCommand {
  const run = "01900000-0000-7000-8000-000000000001";
  const timeoutAt = Date.now() + inMs;
  const of = { run, saga: "Order", step: "pay", half: "action", attempt: 1, generation: 1, key: "k" } as const;
  return { type: "InvokeCommand", ...of, service: "Shop", command: "Pay", input: null, timeoutAt, http: null };
}

/** Calls that end when they are told to, or when their signal says so. */
function heldTransport() {
  const held: ((outcome: Outcome) => void)[] = [];
  const timedOut: Outcome = { kind: "unknown", error: { code: "timeout", message: "" } };
  const transport: Transport = {
    call: (_, __, signal) =>
      new Promise((resolve) => {
        held.push(resolve);
        signal.addEventListener("abort", () => resolve(timedOut));
      }),
    close: () => Promise.resolve(),
  };
  return { held, transport };
}

const tick = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

type More = {
  readonly saysTimeout?: boolean;
  readonly service?: ServiceRegistration;
  readonly isWanted?: () => boolean;
};

function collect(lane: Lane, dueInMs: number, more: More = {}) {
  const outcomes: (Outcome | "accepted")[] = [];
  const done = (outcome: Outcome | "accepted") => outcomes.push(outcome);
  const { saysTimeout = true, isWanted = () => true } = more;
  lane.add(more.service ?? service, { command: commandDue(dueInMs), saysTimeout, isWanted, done });
  return outcomes;
}

test("no more calls are under way than the service takes; the rest wait in line", async () => {
  const { held, transport } = heldTransport();
  const lane = new Lane(transport);
  const outcomes = [1, 2, 3, 4, 5].map(() => collect(lane, 60_000));
  expect([held.length, lane.openCalls, lane.queued]).toEqual([2, 2, 3]);
  held[0]?.({ kind: "success", result: 1 });
  await tick();
  expect(outcomes[0]).toEqual([{ kind: "success", result: 1 }]);
  expect([held.length, lane.openCalls, lane.queued]).toEqual([3, 2, 2]);
});

test("a call that waits in line past its time was never sent", () => {
  const { held, transport } = heldTransport();
  const lane = new Lane(transport);
  collect(lane, 60_000);
  collect(lane, 60_000);
  const late = collect(lane, 1_000);
  lane.expire(Date.now() + 900);
  expect(late).toMatchObject([{ kind: "retryable", whenSpent: "none", error: { code: "service_busy" } }]);
  expect(held).toHaveLength(2);
});

test("a call that nobody wants any more when its turn comes is not sent, and says so", async () => {
  const { held, transport } = heldTransport();
  const lane = new Lane(transport);
  let isWanted = true;
  collect(lane, 60_000);
  collect(lane, 60_000);
  const withdrawn = collect(lane, 60_000, { isWanted: () => isWanted });
  const next = collect(lane, 60_000);
  isWanted = false;
  held[0]?.({ kind: "success", result: 1 });
  await tick();
  expect(withdrawn).toMatchObject([{ kind: "retryable", whenSpent: "none", error: { code: "withdrawn" } }]);
  expect([held.length, next.length, lane.queued]).toEqual([3, 0, 0]);
});

test("a call ends at its command's time-out, or at the service's where the step says none", async () => {
  const { transport } = heldTransport();
  const lane = new Lane(transport);
  const impatient = { ...service, timeoutMs: 50 };
  const own = collect(lane, 60_000, { service: impatient, saysTimeout: true });
  const inherited = collect(lane, 60_000, { service: impatient, saysTimeout: false });
  await tick(120);
  expect(own).toEqual([]);
  expect(inherited).toMatchObject([{ kind: "unknown", error: { code: "timeout" } }]);
  lane.abandon();
});

test("after everything was abandoned nobody is answered", async () => {
  const { held, transport } = heldTransport();
  const lane = new Lane(transport);
  const outcomes = [collect(lane, 60_000), collect(lane, 60_000), collect(lane, 60_000)];
  lane.abandon();
  held[0]?.({ kind: "success", result: 1 });
  await tick();
  expect(outcomes.flat()).toEqual([]);
  expect(lane.queued).toBe(0);
});

test("health tells of calls, failures and the last error; a refusal is an answer", async () => {
  const { held, transport } = heldTransport();
  const lane = new Lane(transport);
  for (let n = 0; n < 4; n += 1) collect(lane, 60_000);
  held[0]?.({ kind: "success", result: 1 });
  held[1]?.({ kind: "terminal", error: { code: "unknown_command", message: "No", status: 404 } });
  await tick();
  held[2]?.({ kind: "unknown", error: { code: "timeout", message: "Silence" } });
  held[3]?.({ kind: "terminal", error: { code: "declined", message: "No", status: 422 } });
  await tick();
  expect(lane.health()).toMatchObject({ calls: 4, failures: 2, lastError: "timeout: Silence" });
});

test("what could not be handed over is no call, and no failure of the service", async () => {
  const { held, transport } = heldTransport();
  const lane = new Lane(transport);
  const outcomes = collect(lane, 60_000);
  const error = { code: "broker_unreachable", message: "No route" };
  held[0]?.({ kind: "retryable", error, whenSpent: "none", undelivered: true });
  await tick();
  expect(outcomes).toHaveLength(1);
  expect(lane.health()).toMatchObject({ calls: 0, failures: 0, lastError: null, lastAt: null });
});
