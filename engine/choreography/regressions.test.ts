/** Histories that once went wrong: each is a sentence of section 8 that was not kept. */
import { describe, expect, it } from "vitest";
import type { ReactionDocument } from "../definition/document";
import { plan } from "../plan";
import type { InvokeCommand } from "../run/command";
import { basket, choreographed, contrary, drivenByEvents, repeated } from "../testing/choreographies";
import {
  accepted,
  asked,
  type Happening,
  item,
  lost,
  requested,
  runId,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  told,
  wait,
} from "../testing/specification";
import { nextWake } from "../wake";

const minute = 60_000;
const started = requested({ order_id: "o-1" });
const raised = (reason: string, more: object = {}) => expect.objectContaining({ reason, ...more });
const once = { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" } as const;
const send = (id: string, on: string | string[], more: Partial<ReactionDocument> = {}): ReactionDocument => ({
  id,
  on,
  send: `Shop.${id}`,
  class: "irreversible",
  retry: once,
  ...more,
});
const say = (id: string, on: string | string[], emit: string): ReactionDocument => ({ id, on, emit });

describe("what a service says of an undo", () => {
  const order = specification(contrary);

  it("is not taken for done when it says that it was not", () => {
    const undone = [started, accepted("reserve"), wait(5 * minute), told("Changed"), succeeded("release")] as const;
    order
      .given(...undone)
      .when(told("NotReleased"))
      .thenStep("reserve", { status: "compensation_failed", handling: "hold" })
      .thenRun({ attention: [raised("missing_event"), raised("compensation_failed")] });
  });

  it("has one key and one input, whatever sets it off again", () => {
    const pending = [started, accepted("reserve"), wait(5 * minute), told("Changed", { why: "first" })] as const;
    const keyOf = (...more: Happening[]) =>
      order
        .given(...pending, ...more)
        .when(takenOver)
        .decision.commands.map((c) => {
          const { key, input } = c as InvokeCommand;
          return [key, input];
        });
    const first = keyOf();
    expect(first).toEqual([[`${runId}:release_early:1`, { why: "first" }]]);
    expect(keyOf(told("Cancelled", { ok: true }))).toEqual(first);
    const twice = [started, told("Changed", { why: "first" }), told("Cancelled", { ok: true })] as const;
    const { decision } = order.given(...twice).when(lost("reserve"));
    expect(decision.commands).toHaveLength(1);
    expect(decision.commands[0]).toMatchObject({ key: `${runId}:release_early:1`, input: { why: "first" } });
  });
});

describe("one of several times", () => {
  const spec = specification(basket);
  const two = [started, told("ItemAdded", {}, "two")] as const;
  const answer = (type: string) => ({ specversion: "1.0", id: "a", source: "Shop", type, data: null });

  it("is settled by the answer to its own command", () => {
    const { state } = spec.given(...two).when(item(1, succeeded("put", answer("ItemRejected"))));
    expect(state.steps[0]?.items?.map((i) => i.status)).toEqual(["executing", "failed"]);
  });

  it("is settled by hand alone", () => {
    const missed = [...two, item(0, accepted("put")), item(1, accepted("put")), wait(5 * minute)] as const;
    const { state } = spec.given(...missed).when(asked("fail", { step: "put", item: 1, effect: "none" }));
    expect(state.steps[0]?.items?.map((i) => i.effect)).toEqual(["unknown", "none"]);
  });

  it("is not done because its service has the command, though the answer names no item", () => {
    const { state } = spec.given(started).when(succeeded("put"));
    expect(state.steps[0]?.items?.[0]).toMatchObject({ status: "executing", action: { open: { accepted: true } } });
  });

  it("stays when what undid those before it came earlier", () => {
    const emptied = [started, told("ItemReserved"), told("BasketEmptied", { ok: true }), told("ItemReleased")] as const;
    const again = [told("ItemAdded", {}, "b"), told("ItemReserved", {}, "b2")] as const;
    const { state } = spec.given(...emptied, again[0]).when(again[1]);
    expect(state.steps[0]?.items?.map((i) => i.status)).toEqual(["compensated", "completed"]);
  });

  it("is sent what its own event said", () => {
    const lines = choreographed([
      { ...say("a", "OrderCreated", "Line"), input: { n: 1 } },
      { ...say("b", "OrderCreated", "Line"), input: { n: 2 } },
      send("c", "Line", { repeat: true }),
      say("end", "Closed", "OrderFulfilled"),
      say("drop", "Dropped", "OrderFailed"),
    ]);
    const { decision } = specification(lines).given().when(started);
    const calls = decision.commands.filter((c): c is InvokeCommand => c.type === "InvokeCommand");
    expect(calls.map((c) => c.input)).toEqual([expect.objectContaining({ n: 1 }), expect.objectContaining({ n: 2 })]);
  });
});

describe("an event that leads to the end", () => {
  const both = choreographed([
    say("fulfil", "Done", "OrderFulfilled"),
    send("notify", "Done"),
    say("drop", "Broken", "OrderFailed"),
    send("sorry", "Broken"),
  ]);

  it("sets everything off at once, whatever stands first", () => {
    specification(both).given(started).when(told("Done")).thenRun({ state: "pending" }).thenCalls("notify");
    specification(both).given(started, told("Done")).when(succeeded("notify")).thenRun({ state: "completed" });
    specification(both).given(started).when(told("Broken")).thenRun({ state: "compensating" }).thenCalls("sorry");
    specification(both)
      .given(started, told("Broken"))
      .when(succeeded("sorry"))
      .thenRun({ state: "failed", residue: ["sorry"] });
  });

  it("keeps nothing back that a pause did", () => {
    const paused = [started, asked("pause"), told("Done")] as const;
    specification(both)
      .given(...paused)
      .when(asked("resume"))
      .thenRun({ state: "pending" })
      .thenCalls("notify");
  });
});

describe("a run that begins without an owner", () => {
  const order = specification(drivenByEvents);
  const born = { ...started, unowned: true } as Happening;

  it("is due at once, and sends what its first event set off when it is taken up, for the first time", () => {
    const { state } = order.given().when(born).thenTransitions("RunStarted", "EventHeard", "ReactionFired").thenCalls();
    expect(nextWake(state)).toBe(startOfTime);
    const { decision } = order.given(born).when(takenOver).thenTransitions({ type: "StepStarted", step: "reserve" });
    expect(decision.commands).toEqual([expect.not.objectContaining({ again: true })]);
  });

  it("loses nothing that comes before that", () => {
    order.given(born, asked("pause")).when(takenOver).thenCalls();
    order.given(born, asked("pause"), takenOver).when(asked("resume")).thenCalls("Reserve");
    order.given(born).when(asked("cancel")).thenRun({ state: "failed", rollback: "nothing_to_undo" }).thenCalls();
  });
});

describe("people", () => {
  const order = specification(drivenByEvents);
  const reserved = told("InventoryReserved");

  it("who terminate a run have nothing undone, then and later", () => {
    const waiting = [started, told("PaymentFailed")] as const;
    order
      .given(...waiting)
      .when(asked("terminate"))
      .thenRun({ state: "failed", rollback: "incomplete" })
      .thenCalls();
    order
      .given(...waiting, asked("terminate"))
      .when(told("Stranger"))
      .thenCalls();
  });

  it("who ask for a plan get one", () => {
    const state = order.given(started, reserved).state();
    const planned = plan(drivenByEvents, state, { operation: "compensate", reason: "why" }, startOfTime + 1);
    expect(planned).toMatchObject({ undos: [{ step: "reserve" }, { step: "pay" }] });
  });

  it("undo at once what has only just begun", () => {
    order.given(started).when(asked("cancel")).thenRun({ state: "compensating" }).thenCalls();
    order.given(started, asked("cancel")).when(lost("reserve")).thenCalls("Release");
  });

  it("have an event said that could not be", () => {
    const stuck = choreographed([
      { ...say("close", "Closed", "OrderFulfilled"), input: "${event.data.why}" },
      say("drop", "Dropped", "OrderFailed"),
    ]);
    const held = [started, told("Closed")] as const;
    specification(stuck)
      .given(...held)
      .when(asked("retry", { step: "close" }))
      .thenRun({ attention: [raised("step_held")] });
    specification(stuck)
      .given(...held)
      .when(asked("complete", { step: "close", result: { why: "so" } }))
      .thenRun({ state: "completed", attention: [] });
  });

  it("accept what came unexpected with a note", () => {
    order.given(started, told("Stranger")).when(asked("note")).thenRun({ attention: [] });
  });

  it("mark every time undone that nobody undid", () => {
    const reactions = (repeated.document.reactions ?? []).map((r) => (r.id === "put_back" ? { ...r, on: "Other" } : r));
    const forgetful = specification(choreographed(reactions));
    const failed = [started, told("ItemReserved"), told("OrderCancelled")] as const;
    forgetful
      .given(...failed.slice(0, 2))
      .when(failed[2])
      .thenRun({ attention: [raised("missing_compensation")] });
    forgetful
      .given(...failed)
      .when(asked("markCompensated", { step: "collect", evidence: "seen" }))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });
});

describe("what comes to nothing", () => {
  const order = specification(drivenByEvents);

  it("is what a service says of another's command", () => {
    const from = (source: string) => {
      const event = { id: "e", source, type: "InventoryReserved", data: null };
      return order.given(started).when({ type: "EventTold", event });
    };
    from("Payment")
      .thenStep("reserve", { status: "executing" })
      .thenRun({ attention: [raised("unexpected_event")] });
    from("Inventory").thenStep("reserve", { status: "completed" });
    from("https://inventory.example").thenStep("reserve", { status: "completed" });
  });

  it("is an undo that nobody set off", () => {
    const done = [started, "InventoryReserved", "PaymentProcessed", "ShipmentCreated"] as const;
    const events = done.map((e) => (typeof e === "string" ? told(e) : e));
    order
      .given(...events)
      .when(told("InventoryReleased"))
      .thenRun({ state: "completed", attention: [raised("unexpected_event", { event: "InventoryReleased" })] });
  });

  it("is a command whose undo was set off before it was sent", () => {
    const paused = [started, asked("pause"), told("InventoryReserved"), told("ShipmentFailed")] as const;
    order
      .given(...paused)
      .when(asked("resume"))
      .thenStep("pay", { status: "pending" })
      .thenCalls("Release");
  });

  it("is told, though something came unexpected before", () => {
    const dead = choreographed([
      { ...send("pay", "OrderCreated"), expect: ["Paid", "NotPaid"], fails: ["NotPaid"], within: "PT1M" },
      say("fulfil", "Paid", "OrderFulfilled"),
      say("drop", "CustomerCancelled", "OrderFailed"),
    ]);
    const stuck = [started, told("Stranger"), told("NotPaid")] as const;
    specification(dead)
      .given(...stuck.slice(0, 2))
      .when(stuck[2])
      .thenRun({ attention: [raised("unexpected_event"), raised("missing_event", { step: null })] });
    specification(dead)
      .given(...stuck)
      .when(told("AnotherStranger"))
      .thenRun({ attention: expect.arrayContaining([raised("missing_event", { step: null })]) });
    specification(dead)
      .given(...stuck)
      .when(told("CustomerCancelled"))
      .thenRun({ state: "failed" });
  });

  it("is a circle of reactions, and a run that has heard enough", () => {
    const endless = choreographed([
      { ...say("tick", ["OrderCreated", "Tick"], "Tick"), repeat: true },
      say("end", "Closed", "OrderFulfilled"),
      say("drop", "Dropped", "OrderFailed"),
    ]);
    const { state, decision } = specification(endless).given().when(started);
    expect(state.attention).toEqual([raised("log_full")]);
    expect(decision.transitions.length).toBeLessThan(500);
  });
});
