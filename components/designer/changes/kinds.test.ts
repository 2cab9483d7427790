import { describe, expect, test } from "vitest";
import { stepKindNames } from "@/components/canvas/step-kind";
import type { SagaDocument } from "@/engine/definition/document";
import { lint } from "@/engine/definition/lint";
import { parseDefinition } from "@/engine/definition/parse";
import type { StepKind } from "@/engine/definition/saga";
import { addChange } from "../canvas/edits";
import { everyKind, order } from "../testing";
import { applyChange } from "./apply-change";
import type { Change } from "./change";
import { cutFragment, fragmentFromText, fragmentToText } from "./fragment";
import { newStep, type Offer } from "./new-step";

const changed = (document: SagaDocument, ...changes: Change[]) => changes.reduce(applyChange, document);
const arrows = ({ edges = [] }: SagaDocument) =>
  edges.map(({ from, to, when, otherwise }) => `${from}>${to}${otherwise ? " otherwise" : when ? ` ${when}` : ""}`);
const stepOf = (document: SagaDocument, id: string) => document.steps.find((step) => step.id === id);

function errorsOf(document: SagaDocument) {
  const parsed = parseDefinition(document);
  const problems = parsed.ok ? lint(parsed.value) : parsed.problems;
  return problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

/** What a person has still to name, named. */
const named: Partial<Record<StepKind, Partial<Offer>>> = {
  action: { command: "MailService.Send" },
  forEach: { command: "MailService.Send" },
  saga: { saga: "Refund" },
};

describe("a new step", () => {
  test.each(stepKindNames)("of the kind %s has no errors but what only a person can name", (kind) => {
    const offer = { kind, ...named[kind] };
    const { change } = addChange(order, offer, { after: "pay" }, {});
    const undone = { type: "set-command", part: "compensation", value: "MailService.Recall" } as const;
    const document = changed(order, change);
    const id = document.steps.find((step) => !order.steps.includes(step))?.id ?? "";
    expect(errorsOf(changed(document, { ...undone, step: id }))).toEqual([]);
  });

  test("goes through the first list of the sample and begins with its first value", () => {
    expect(newStep(everyKind, { kind: "forEach" })).toMatchObject({ items: "${data.passengers}", as: "passenger" });
    expect(newStep(order, { kind: "forEach" })).toMatchObject({ items: "${data.items}", as: "entry" });
    expect(newStep(order, { kind: "transform" })).toMatchObject({ set: { order_id: "${data.order_id}" } });
  });
});

describe("the ways out of a decision", () => {
  const decided = changed(
    order,
    { type: "add-step", step: { id: "choose", kind: "decision" }, after: "reserve" },
    { type: "connect", from: "choose", to: "pay" },
    { type: "connect", from: "choose", to: "ship" },
  );
  const out = (document: SagaDocument) => arrows(document).filter((arrow) => arrow.startsWith("choose"));

  test("the first is otherwise until it gets a condition; one of them at most is", () => {
    expect(out(decided)).toEqual(["choose>pay otherwise", "choose>ship"]);
    const asked = changed(decided, { type: "set-condition", edge: 3, when: "data.total > 500" });
    expect(out(asked)).toEqual(["choose>pay data.total > 500", "choose>ship"]);
    const both = changed(asked, { type: "set-otherwise", edge: 4, otherwise: true });
    expect(out(both)).toEqual(["choose>pay data.total > 500", "choose>ship otherwise"]);
    expect(out(changed(both, { type: "set-otherwise", edge: 3, otherwise: true }))).toEqual([
      "choose>pay otherwise",
      "choose>ship",
    ]);
  });

  test("are asked in another order when they change places", () => {
    const asked = changed(
      decided,
      { type: "set-condition", edge: 3, when: "a" },
      { type: "set-condition", edge: 4, when: "b" },
    );
    expect(out(changed(asked, { type: "move-way", edge: 4, by: -1 }))).toEqual(["choose>ship b", "choose>pay a"]);
    expect(changed(asked, { type: "move-way", edge: 4, by: 1 })).toBe(asked);
  });

  test("keep their conditions and their turns when the step they lead to goes", () => {
    const gone = changed(everyKind, { type: "delete", steps: ["agree"], edges: [] });
    expect(arrows(gone).slice(0, 2)).toEqual(["price>choose", "choose>seats otherwise"]);
    const inserted = changed(everyKind, { type: "insert-step", step: { id: "note", action: "A.B" }, edge: 2 });
    expect(arrows(changed(inserted, { type: "delete", steps: ["note"], edges: [] }))).toEqual(arrows(everyKind));
  });

  test("become conditions that exclude each other when the decision itself goes", () => {
    const gone = changed(everyKind, { type: "delete", steps: ["choose"], edges: [] });
    expect(arrows(gone).slice(0, 3)).toEqual([
      "price>agree steps.price.result.amount > 1000",
      "price>seats !(steps.price.result.amount > 1000)",
      "agree>seats",
    ]);
  });
});

describe("renaming", () => {
  test("a step is renamed in the expressions of every kind", () => {
    const next = changed(everyKind, { type: "rename-step", from: "price", to: "cost" });
    expect(JSON.stringify(next)).not.toContain("price");
    expect(stepOf(next, "cover")).toMatchObject({ input: { amount: "${steps.cost.result.amount}" } });
    expect(stepOf(next, "seats")).toMatchObject({ action: { input: { for: "${steps.cost.result.amount}" } } });
    expect(errorsOf(next)).toEqual([]);
    const probed = changed(
      everyKind,
      {
        type: "set-command",
        step: "mail",
        part: "probe",
        value: { command: "M.Find", input: "${steps.cover.result}" },
      },
      { type: "set-field", step: "cool_off", field: "until", value: "${steps.paid.result.at}" },
      { type: "rename-step", from: "cover", to: "insure" },
      { type: "rename-step", from: "paid", to: "money" },
    );
    expect(stepOf(probed, "mail")).toMatchObject({ probe: { input: "${steps.insure.result}" } });
    expect(stepOf(probed, "cool_off")).toMatchObject({ until: "${steps.money.result.at}" });
  });

  test("an item is renamed where it is read, and nothing else of that name is", () => {
    const document = changed(everyKind, {
      type: "set-command",
      step: "seats",
      part: "action",
      value: {
        command: "F.B",
        input: { a: "${passenger.name + data.passenger + 'passenger'}", b: "passenger", passenger: 1 },
      },
    });
    const next = changed(document, { type: "rename-item", step: "seats", to: "guest" });
    expect(stepOf(next, "seats")).toMatchObject({
      as: "guest",
      items: "${data.passengers}",
      action: { input: { a: "${guest.name + data.passenger + 'passenger'}", b: "passenger", passenger: 1 } },
      compensation: { input: { who: "${guest.name}" } },
      probe: { input: { name: "${guest.name}" } },
    });
    expect(changed(document, { type: "rename-item", step: "seats", to: "index" })).toBe(document);
  });
});

describe("another kind", () => {
  const become = (document: SagaDocument, step: string, kind: StepKind) =>
    changed(document, { type: "set-kind", step, as: newStep(document, { kind }) });

  test("keeps the place, the names and what both kinds have", () => {
    expect(stepOf(become(everyKind, "seats", "action"), "seats")).toEqual({
      id: "seats",
      class: "compensable",
      action: stepOf(everyKind, "seats") && expect.objectContaining({ command: "Flight.Book" }),
      compensation: expect.objectContaining({ command: "Flight.Cancel" }),
      probe: expect.objectContaining({ command: "Flight.Find" }),
    });
    const wait = become(
      changed(order, { type: "set-field", step: "pay", field: "title", value: "Pay up" }),
      "pay",
      "wait",
    );
    expect(stepOf(wait, "pay")).toEqual({ id: "pay", kind: "wait", for: "PT1H", title: "Pay up" });
  });

  test("than a decision has no way that is taken otherwise", () => {
    expect(errorsOf(become(everyKind, "choose", "wait"))).toEqual([]);
  });
});

test("steps of every kind are copied through the clipboard's text", () => {
  const fragment = cutFragment(
    everyKind,
    everyKind.steps.map(({ id }) => id),
    new Map(),
  );
  const copied = fragmentFromText(fragmentToText(fragment));
  expect(copied).toEqual(fragment);
  if (!copied) return;
  const twice = changed(everyKind, { type: "paste", fragment: copied, offset: { x: 0, y: 0 } });
  expect(errorsOf(twice)).toEqual([]);
  expect(stepOf(twice, "seats_2")).toMatchObject({ action: { input: { for: "${steps.price_2.result.amount}" } } });
  expect(arrows(twice)).toContain("choose_2>seats_2 otherwise");
});
