import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "./compile";
import type { SagaDocument } from "./document";
import { edgesOf } from "./edges";
import { anyDefinition } from "./testing";

const order: SagaDocument = {
  saga: "Order",
  steps: [
    { id: "reserve", action: "Stock.Reserve", compensation: "Stock.Release" },
    { id: "pay", class: "pivot", action: "Payment.Charge" },
    { id: "look_up", class: "readonly", action: "Stock.Find", compensation: "Stock.Forget" },
    { id: "tell", action: { command: "Mail.Send", http: { path: "/mail/${data.id}" } } },
  ],
};

describe("defaults", () => {
  const saga = compile(order, 1);
  test("of the run", () => {
    expect(saga).toMatchObject({ undoOrder: "graph", deadline: null, businessKey: null, businessKeyUnique: false });
  });
  test("of a step", () => {
    expect(saga.steps[0]).toMatchObject({
      title: "Reserve",
      class: "compensable",
      onFailure: "compensate",
      compensateSelf: "ifUnknown",
      onCompensationFailure: "hold",
    });
    expect(saga.steps.map((step) => step.class)).toEqual(["compensable", "pivot", "readonly", "irreversible"]);
  });
  test("of a command: an undo is more patient than an action", () => {
    const patience = { initial: 1000, factor: 2, max: 60_000, jitter: 0.2, maxElapsed: 3_600_000 };
    expect(saga.steps[0]?.action).toEqual({
      service: "Stock",
      command: "Reserve",
      input: null,
      timeout: 300_000,
      retry: { attempts: 3, ...patience },
      http: null,
    });
    expect(saga.steps[0]?.compensation?.retry).toEqual({ attempts: 10, ...patience });
  });
  test("of HTTP", () => expect(saga.steps[3]?.action?.http?.method).toBe("POST"));
  test("a step that is passed over in an unwind has no undo", () => expect(saga.steps[2]?.compensation).toBeNull());
});

test("written values win over defaults", () => {
  const saga = compile(
    {
      saga: "Order",
      deadline: "PT1H",
      undoOrder: "sequence",
      businessKey: "${data.id}",
      businessKeyUnique: true,
      steps: [
        {
          id: "a",
          title: "Do it",
          class: "retriable",
          action: {
            command: "A.B",
            input: { x: 1 },
            timeout: "PT5S",
            retry: { attempts: 7, initial: "PT2S", factor: 1, max: "PT9S", jitter: 0, maxElapsed: "PT1M" },
            http: { method: "DELETE" },
          },
          onFailure: "hold",
          compensateSelf: "never",
          onCompensationFailure: "continue",
        },
      ],
    },
    4,
  );
  expect(saga).toMatchObject({ version: 4, deadline: 3_600_000, undoOrder: "sequence", businessKeyUnique: true });
  expect(saga.steps[0]).toMatchObject({
    title: "Do it",
    class: "retriable",
    action: {
      input: { kind: "constant", value: { x: 1 } },
      timeout: 5000,
      retry: { attempts: 7, initial: 2000, factor: 1, max: 9000, jitter: 0, maxElapsed: 60_000 },
      http: { method: "DELETE", path: { kind: "constant", value: "/B" } },
    },
    onFailure: "hold",
    compensateSelf: "never",
    onCompensationFailure: "continue",
  });
});

test("without edges the steps run in the order listed", () => {
  const saga = compile(order, 1);
  expect(saga.edges.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  expect(saga.order).toEqual([0, 1, 2, 3]);
  expect([...(saga.downstream[1] ?? [])]).toEqual([2, 3]);
});

test("the same document and version are compiled once", () => {
  expect(compile(order, 1)).toBe(compile(order, 1));
  expect(compile(order, 2)).toMatchObject({ version: 2 });
  expect(compile(order, 2).steps).toBe(compile(order, 1).steps);
});

test.each<[string, Partial<SagaDocument>]>([
  [
    "a cycle",
    {
      edges: [
        { from: "reserve", to: "pay" },
        { from: "pay", to: "reserve" },
      ],
    },
  ],
  ["an edge to nowhere", { edges: [{ from: "reserve", to: "z" }] }],
  ["two steps of one id", { steps: [...order.steps, ...order.steps] }],
  ["an unreadable expression", { businessKey: "${data.}" }],
])("%s is a bug of the caller", (_, fields) => expect(() => compile({ ...order, ...fields }, 1)).toThrow());

test("the graph agrees with a naive reading of the edges", () => {
  fc.assert(
    fc.property(anyDefinition, (document) => {
      const saga = compile(document, 1);
      const written = edgesOf(document);
      const ids = saga.steps.map((step) => step.id);
      for (const [index, id] of ids.entries()) {
        expect(saga.indexOf.get(id)).toBe(index);
        const { incoming = [], outgoing = [] } = saga.steps[index] ?? {};
        expect(outgoing.map((edge) => written[edge]?.to)).toEqual(
          written.filter(({ from }) => from === id).map(({ to }) => to),
        );
        expect(incoming.map((edge) => written[edge]?.from)).toEqual(
          written.filter(({ to }) => to === id).map(({ from }) => from),
        );
        expect([...(saga.downstream[index] ?? [])].map((later) => ids[later]).sort()).toEqual(reachable(id, written));
      }
    }),
    { numRuns: 40 },
  );
}, 30_000);

function reachable(start: string, edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const direct = edges.filter(({ from }) => from === start).map(({ to }) => to);
  return [
    ...new Set(
      direct.flatMap((next) => [
        next,
        ...reachable(
          next,
          edges.filter(({ from }) => from !== start),
        ),
      ]),
    ),
  ].sort();
}

test("500 steps with thousands of edges compile without a pause", () => {
  const steps = Array.from({ length: 500 }, (_, index) => ({ id: `s${index}`, action: "A.B" }));
  const edges = steps.flatMap((step, index) =>
    steps.slice(index + 1, index + 10).map(({ id }) => ({ from: step.id, to: id })),
  );
  const started = performance.now();
  const saga = compile({ saga: "Large", steps, edges }, 1);
  expect(performance.now() - started).toBeLessThan(4000);
  expect(saga.downstream[0]?.size).toBe(499);
});
