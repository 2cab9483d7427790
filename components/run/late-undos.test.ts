import { expect, test } from "vitest";
import { choreographed } from "@/components/designer/testing";
import { compile } from "@/engine/definition/compile";
import { attemptsOf, outcomeWord } from "./attempts";
import { choreographyWords } from "./choreography-words";
import { toEventLines } from "./event-lines";
import { entryTone } from "./scrubber-marks";
import { asks, type Happening, starts, type Told, tell } from "./testing";
import { toTimeline } from "./timeline";

const reactions = (choreographed.reactions ?? []).map((r) =>
  r.id === "release" ? { ...r, expect: ["InventoryReleased"], within: "PT5M" } : r,
);
const observed = compile({ ...choreographed, mode: "observe", reactions }, 1);

const sourceOf = (type: string) => (type.startsWith("Payment") ? "PaymentService" : "InventoryService");
const hears =
  (type: string): Happening =>
  (at) => ({
    type: "EventTold",
    at,
    event: { id: type, source: sourceOf(type), type, data: { order_id: "o-17", reservation_id: "r-1" } },
  });
/** The log still says a second after the last. */
const given =
  (at: number, happening: Happening): Happening =>
  () =>
    happening(at);
const forgotten = [
  starts({ order_id: "o-17", total: 129 }),
  ...["InventoryReserved", "PaymentFailed", "OrderFailed"].map(hears),
  given(304_000, (at) => ({ type: "TimePassed", at })),
];
const mended = tell(observed, ...forgotten, given(306_000, hears("InventoryReleased")));
const marked = tell(
  observed,
  ...forgotten,
  given(
    306_000,
    asks({ operation: "markCompensated", step: "reserve", reason: "asked them", evidence: "counted the shelf" }),
  ),
);

const lines = ({ state, entries }: Told) =>
  toEventLines(entries, new Map(), null, choreographyWords(observed, state)).map(({ words: { what, why } }) =>
    [what, why].filter(Boolean).join(" | "),
  );
const timelineOf = ({ state, entries }: Told) => toTimeline({ steps: observed.steps, state, entries, now: 10_000 });
const undosOf = ({ entries }: Told) => attemptsOf(entries).filter(({ half }) => half === "compensation");

test("the log says by which event something was undone late, and takes no opening again for a failure", () => {
  expect(mended.state).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
  const told = lines(mended);
  expect(told).toContain("reserve: undone late | by InventoryReleased from InventoryService");
  expect(told).toContain("Opened again after its end, to undo what was left | on InventoryReleased");
  expect(told).toContain("Attention cleared: reserve | it said “Not undone”");
  expect(told.filter((line) => line.startsWith("Unwind began"))).toHaveLength(1);
});

test("the timeline keeps the failed undo, and goes on to where it was done after all", () => {
  const { rows, unwinds } = timelineOf(mended);
  const undos = rows.find(({ step }) => step === "reserve")?.bars.filter(({ shape }) => shape === "undo");
  expect(undos?.map(({ tone }) => tone)).toEqual(["compensation-failed", "compensated"]);
  expect([undos?.[0]?.to, undos?.[1]?.from, undos?.[1]?.to]).toEqual([4_000, 4_000, 5_000]);
  expect(undos?.[1]?.label).toBe("Undo: done late, 1.0 s after it had failed");
  expect(unwinds.map(({ tone, label }) => `${tone}: ${label}`)).toEqual([
    "failed: PaymentFailed → unwind began",
    "compensated: undone late by InventoryReleased",
  ]);
});

test("the moment in which everything is undone after all is no failure on the scrubber's track", () => {
  expect(mended.entries.map(entryTone).slice(-2)).toEqual(["compensation-failed", "compensated"]);
});

test("an undo that a person marks done is theirs, and its attempt says so", () => {
  expect(undosOf(mended).map(outcomeWord)).toEqual(["outcome unknown; undone late"]);
  expect(undosOf(marked).map(outcomeWord)).toEqual(["outcome unknown; marked undone by hand later"]);
  expect(lines(marked).join("\n")).not.toContain("undone late");
  expect(timelineOf(marked).unwinds.at(-1)?.label).toBe("a person asked for it → unwind began");
});

test("an undo in time is not late, nor was it opened again", () => {
  const inTime = tell(observed, ...forgotten.slice(0, -1), hears("InventoryReleased"));
  expect(undosOf(inTime).map(outcomeWord)).toEqual(["succeeded"]);
  expect(lines(inTime).join("\n")).not.toMatch(/late|Opened again/);
});
