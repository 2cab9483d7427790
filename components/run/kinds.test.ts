import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import type { Json } from "@/engine/json";
import { attemptsOf, outcomeWord } from "./attempts";
import { toEventLines } from "./event-lines";
import { itemTitle } from "./item-title";
import { nextThings } from "./next-things";
import { type Asker, itemsFor, offersForItem, offersOf, underParent } from "./offers";
import { spansOf } from "./spans";
import { stopChoices } from "./stop-choices";
import { asks, declines, type Happening, lost, replies, started, starts, succeeds, tell, timePasses } from "./testing";
import { toTimeline } from "./timeline";

const once = { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" };

/** A trip: it waits, is told, is agreed to, is computed, and books a seat for each passenger. */
const trip = compile(
  {
    saga: "Trip",
    steps: [
      { id: "cool_off", kind: "wait", for: "PT1.5S" },
      { id: "paid", kind: "signal", signal: "Paid", timeout: "PT1H" },
      { id: "agree", kind: "approval", approvers: { role: "designer" }, due: "PT1H", onFailure: "hold" },
      { id: "total", kind: "transform", set: { seats: "${size(data.passengers)}" } },
      {
        id: "seats",
        kind: "forEach",
        items: "${data.passengers}",
        as: "passenger",
        concurrency: 2,
        action: { command: "Seats.Book", retry: once },
        compensation: { command: "Seats.Free", retry: once },
        onFailure: "hold",
      },
      { id: "mail", action: { command: "Mail.Send", retry: once }, probe: "Mail.Find", class: "irreversible" },
    ],
  },
  1,
);

const passengers = { passengers: [{ name: "Ada" }, { name: "Grace" }, { name: "Edsger" }] };
const begun = starts(passengers);
const paid: Happening = (at) => ({ type: "SignalReceived", at, id: "s", actor: "ada", signal: "Paid", data: { n: 1 } });
const agreed: Happening = (at) => ({
  type: "DecisionReceived",
  at,
  id: "d",
  actor: "ada",
  person: "ada@example.com",
  step: "agree",
  generation: 1,
  decision: "approve",
  form: null,
  comment: "",
});
const boarding = [begun, timePasses, timePasses, paid, agreed] as const;
const timelineOf = (told: ReturnType<typeof tell>, folds?: ReadonlyMap<string, boolean>) =>
  toTimeline({ steps: trip.steps, ...told, now: 20_000, ...(folds ? { folds } : {}) });

describe("the timeline of every kind", () => {
  test("a wait is outlined while it lasts, and ends as it ended", () => {
    const waiting = timelineOf(tell(trip, begun)).rows[0]?.bars;
    expect(waiting).toMatchObject([{ shape: "wait", open: true, tone: "executing" }]);
    const rows = timelineOf(tell(trip, ...boarding)).rows;
    expect(rows.slice(0, 4).map((row) => row.bars.map(({ shape, from, to, tone }) => [shape, from, to, tone]))).toEqual(
      [
        [["wait", 0, 2_000, "completed"]],
        [["wait", 2_000, 3_000, "completed"]],
        [["wait", 3_000, 4_000, "completed"]],
        [["instant", 4_000, 4_000, "completed"]],
      ],
    );
  });

  test("items have rows of their own below their step, which says how many are done", () => {
    const told = tell(trip, ...boarding, succeeds("seats", 0));
    const rows = timelineOf(told).rows.filter(({ step }) => step === "seats");
    expect(rows.map(({ title, items }) => [title, items?.count])).toEqual([
      ["Seats", "1 of 3 done"],
      ["0 · Ada", undefined],
      ["1 · Grace", undefined],
      ["2 · Edsger", undefined],
    ]);
    expect(rows.map(({ bars }) => bars.map(({ from, open }) => [from, open]))).toEqual([
      [[4_000, true]],
      [[4_000, false]],
      [[4_000, true]],
      [[5_000, true]],
    ]);
  });

  test("a long list is folded until it is asked for", () => {
    const many = starts({ passengers: Array.from({ length: 9 }, (_, index) => `P${index}`) });
    const told = tell(trip, many, timePasses, timePasses, paid, agreed);
    expect(timelineOf(told).rows).toHaveLength(6);
    expect(timelineOf(told, new Map([["seats", true]])).rows).toHaveLength(15);
  });

  test("the question whether an unknown step happened is a thin bar after it", () => {
    const asked = tell(trip, ...boarding, ...[0, 1, 2].map((item) => succeeds("seats", item)), lost("mail"));
    expect(timelineOf(asked).rows.at(-1)?.bars).toMatchObject([
      { shape: "action", tone: "failed", open: false },
      { shape: "probe", tone: "executing", open: true },
    ]);
  });

  test("items undone one after another are one way back of their step", () => {
    const undone = (item: number) => replies("seats", { kind: "success", result: null }, "compensation", item);
    const told = tell(
      trip,
      ...boarding,
      succeeds("seats", 0),
      succeeds("seats", 1),
      succeeds("seats", 2),
      declines("mail"),
      undone(2),
      undone(1),
      undone(0),
    );
    const back = spansOf(told.entries).filter(({ kind }) => kind === "undos");
    expect(back.map(({ from, to, end }) => [from, to, end])).toEqual([[9_000, 12_000, "done"]]);
  });
});

describe("attempts", () => {
  const allBooked = [...boarding, ...[0, 1, 2].map((item) => succeeds("seats", item))];

  test("of items are told apart", () => {
    const told = tell(trip, ...boarding, declines("seats", 1));
    expect(attemptsOf(told.entries).map((a) => `${a.item}: ${outcomeWord(a)}`)).toEqual([
      "0: under way",
      "1: failed, not retried",
    ]);
  });

  test("that a service has taken say that the reply comes later", () => {
    const taken: Happening = (at) => ({
      type: "CallAccepted",
      at,
      step: "mail",
      half: "action",
      attempt: 1,
      generation: 1,
    });
    const told = tell(trip, ...allBooked, taken);
    expect(attemptsOf(told.entries).map(outcomeWord).at(-1)).toBe("taken by the service, its reply comes later");
  });

  test("that the service is to be asked about, once the run is resumed, have ended", () => {
    const told = tell(trip, ...allBooked, asks({ operation: "pause", reason: "" }), lost("mail"));
    expect(attemptsOf(told.entries).map(outcomeWord).at(-1)).toBe("outcome unknown");
    const words = toEventLines(told.entries, new Map(), "mail").map(({ words: { what } }) => what);
    expect(words.at(-1)).toBe("mail: to be asked whether it happened, once the run is resumed");
  });

  test("whose outcome a question settled are what it found out", () => {
    const answers = (result: { happened: boolean; fenced?: boolean }) =>
      tell(trip, ...allBooked, lost("mail"), replies("mail", { kind: "success", result }, "probe"));
    const words = (told: ReturnType<typeof tell>) =>
      attemptsOf(told.entries)
        .filter(({ step }) => step === "mail")
        .map(outcomeWord);
    expect(words(answers({ happened: true }))).toEqual(["happened after all", "answered: it happened"]);
    expect(words(answers({ happened: false, fenced: true }))).toEqual([
      "failed, not retried",
      "answered: it did not happen",
    ]);
    expect(words(answers({ happened: false }))).toEqual(["outcome unknown", "settled nothing"]);
  });
});

test("what happens now tells of waits, items and questions in words", () => {
  const now = (...events: readonly Happening[]) => {
    const { state } = tell(trip, ...events);
    return nextThings(trip, state, state.updatedAt).map(({ text, aside }) => [text, aside]);
  };
  expect(now(begun)).toEqual([["Cool off waits", "in 2.0 s"]]);
  expect(now(begun, timePasses, timePasses)).toEqual([["Paid waits for the signal Paid", "in 1 h"]]);
  expect(now(...boarding.slice(0, 4))).toEqual([["Agree waits for a person's decision", "in 1 h"]]);
  expect(now(...boarding)).toEqual([["Seats, 0 of 3 done", null]]);
});

describe("operations on waits, decisions and items", () => {
  const designer: Asker = { role: "designer", email: "ada@example.com" };

  test("a step that waits may be gone on from, marked completed or failed", () => {
    const { state } = tell(trip, begun);
    const offers = offersOf(trip, state);
    for (const name of ["skip", "complete", "fail"] as const)
      expect(offers[name]).toEqual({ ok: true, steps: ["cool_off"] });
    expect(offers.retry.ok).toBe(false);
  });

  test("what takes the place of a decision is offered to those who may make it", () => {
    const { state } = tell(trip, ...boarding.slice(0, 4));
    expect(offersOf(trip, state, designer).skip).toEqual({ ok: true, steps: ["agree"] });
    expect(offersOf(trip, state, { role: "operator", email: null }).skip.ok).toBe(false);
  });

  test("four eyes takes them from whoever is behind the run", () => {
    const careful = compile(
      { saga: "S", steps: [{ id: "agree", kind: "approval", approvers: { role: "designer" }, fourEyes: true }] },
      1,
    );
    const { state } = tell(careful, starts({}, ["ada@example.com"]));
    expect(offersOf(careful, state, designer).skip.ok).toBe(false);
    expect(offersOf(careful, state, { ...designer, email: "grace@example.com" }).skip.ok).toBe(true);
  });

  test("each operation knows the items that it fits", () => {
    const { state } = tell(trip, ...boarding, declines("seats", 1), succeeds("seats", 0));
    expect(itemsFor(trip, state, "retry", "seats")).toEqual([1]);
    expect(offersForItem(trip, state, "seats", 1)).toEqual(["retry", "skip", "complete", "fail"]);
    expect(offersForItem(trip, state, "seats", 0)).toEqual([]);
  });

  test("a step of a run that has not ended is unwound and ended there", () => {
    const { state } = tell(trip, begun);
    const offers = underParent(offersOf(trip, state), "Order 7");
    expect(offers.compensate).toMatchObject({ ok: false, why: expect.stringContaining("Order 7") });
    expect(offers.pause.ok).toBe(true);
  });

  test("only an ended run is started again", () => {
    const running = tell(trip, begun);
    expect(offersOf(trip, running.state).startAgain.ok).toBe(false);
    const ended = tell(trip, begun, asks({ operation: "cancel", reason: "r" }));
    expect(offersOf(trip, ended.state).startAgain).toEqual({ ok: true, steps: [] });
  });
});

describe("where an unwind may stop", () => {
  const step = (id: string) => ({ id, action: `S.Do_${id}`, compensation: `S.Undo_${id}` });
  const saga = compile({ saga: "S", steps: [step("a"), step("b"), step("c")] }, 1);
  const done = [started, succeeds("a"), succeeds("b")] as const;
  const undone = (id: string) => replies(id, { kind: "success", result: null }, "compensation");

  test("at any step that keeps something while something else is undone", () => {
    expect(stopChoices(saga, tell(saga, ...done, succeeds("c")).state)).toEqual(["a", "b"]);
    expect(stopChoices(saga, tell(saga, started).state)).toEqual([]);
  });

  test("and once it has stopped, only further back", () => {
    const compensate = { operation: "compensate", reason: "r" } as const;
    const stopped = tell(saga, ...done, succeeds("c"), asks({ ...compensate, downTo: "b" }), undone("c"));
    expect(stopped.state.attention).toMatchObject([{ reason: "unwind_stopped", step: "b" }]);
    expect(offersOf(saga, stopped.state).compensate).toEqual({ ok: true, steps: [] });
    expect(stopChoices(saga, stopped.state)).toEqual(["a"]);
  });

  test("and what stays or is left out is said", () => {
    const left = asks({
      operation: "compensate",
      reason: "r",
      downTo: "a",
      leaveOut: [{ step: "b", reason: "It is used" }],
    });
    const { state } = tell(saga, ...done, succeeds("c"), left);
    expect(nextThings(saga, state, state.updatedAt).map(({ text }) => text)).toEqual([
      "Undoing C, attempt 1 of 10",
      "Undo of B is left out: It is used",
      "Stops at A, which stays",
    ]);
  });
});

describe("an effect that came after its run had unwound", () => {
  const saga = compile(
    { saga: "S", steps: [{ id: "pay", action: { command: "Bank.Pay", retry: once }, compensation: "Bank.Refund" }] },
    1,
  );
  const refunded = replies("pay", { kind: "success", result: null }, "compensation");

  test("may be undone by itself, or marked undone", () => {
    const { state } = tell(saga, started, lost("pay"), refunded, replies("pay", { kind: "success", result: 7 }));
    expect(state.attention).toMatchObject([{ reason: "late_effect", step: "pay" }]);
    const offers = offersOf(saga, state);
    expect(offers.late).toEqual(["pay"]);
    expect(offers.markCompensated).toEqual({ ok: true, steps: ["pay"] });
  });
});

test("an item is called by what tells it from the others, after its place", () => {
  const items: readonly Json[] = [{ seat: 4, full_name: "Ada" }, "ORD-7", 12, { n: 1 }, null];
  expect(items.map(itemTitle)).toEqual(["0 · Ada", "1 · ORD-7", "2 · 12", "Item 3", "Item 4"]);
});
