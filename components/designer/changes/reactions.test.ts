import { describe, expect, test } from "vitest";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { columnGap } from "@/components/canvas/geometry";
import { blankSaga } from "@/components/sagas/blank-saga";
import { failuresOf } from "@/engine/choreography/events";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { parseDefinition } from "@/engine/definition/parse";
import { toYaml } from "@/engine/definition/write";
import { readCode, textOf } from "../document/code";
import { cardOf, problemsOf, reactionTabOf } from "../document/problems";
import { toSave } from "../document/snapshot";
import { summarise } from "../document/summarise";
import { toEditable } from "../document/to-editable";
import { choreographed } from "../testing";
import { applyChange } from "./apply-change";
import type { Change } from "./change";
import { isLastCause } from "./delete-reactions";
import { cutFragment, fragmentFromText, fragmentToText } from "./fragment";
import { newReaction } from "./new-reaction";
import { reactProblem } from "./reaction-changes";
import { renameEventInExpression } from "./rename-in-expression";

const edit = (...changes: Change[]) => changes.reduce(applyChange, choreographed);
const reaction = (document: SagaDocument, id: string) => document.reactions?.find((one) => one.id === id);
const idsOf = (document: SagaDocument) => document.reactions?.map(({ id }) => id);
const edgeIndex = (source: string, target: string, undo = false) =>
  toCanvasModel(choreographed).edges.findIndex(
    (edge) => edge.source === source && edge.target === target && edge.undo === undo,
  );

describe("what says that it did not happen", () => {
  const set = { type: "set-reaction", reaction: "pay" } as const;

  test("may be none of the expected events, and is written so", () => {
    const document = edit({ ...set, field: "fails", value: [] });
    expect(reaction(document, "pay")?.fails).toEqual([]);
    const read = parseDefinition(toYaml(document));
    expect(read.ok && reaction(read.value, "pay")?.fails).toEqual([]);
    expect(failuresOf(reaction(document, "pay") as ReactionDocument, document)).toEqual([]);
  });

  test("is no event that is no longer expected", () => {
    const named: Change = { ...set, field: "fails", value: ["PaymentFailed"] };
    const document = edit(named, { ...set, field: "expect", value: ["PaymentProcessed"] });
    expect(reaction(document, "pay")?.fails).toEqual([]);
    expect(reaction(edit(named, { ...set, field: "fails", value: undefined }), "pay")).not.toHaveProperty("fails");
  });
});

describe("adding", () => {
  test("a reaction stands beside the card whose event it reacts to, and that card says the event", () => {
    const added = newReaction(choreographed, { does: "send", command: "Mail.SendMail" }, ["CustomerTold"]);
    const pins = { ship: { x: 100, y: 50 }, pay: { x: 0, y: 0 } };
    const document = edit({ type: "add-reaction", reaction: added, after: "ship", pins });
    expect(idsOf(document)?.slice(2, 4)).toEqual(["ship", "send_mail"]);
    expect(reaction(document, "send_mail")).toEqual({ id: "send_mail", on: "CustomerTold", send: "Mail.SendMail" });
    expect(reaction(document, "ship")?.expect).toEqual(["ShipmentCreated", "ShipmentFailed", "CustomerTold"]);
    expect(document.layout).toEqual({ ...pins, send_mail: { x: 340 + columnGap(toCanvasModel(document)), y: 50 } });
  });

  test("the first one stands beside the card of the event that begins a run, on one line with it", () => {
    const bare: SagaDocument = { ...choreographed, reactions: [] };
    const pins = { "event:OrderCreated": { x: 10, y: 100 }, "event:OrderFulfilled": { x: 400, y: 0 } };
    const added = newReaction(bare, { does: "send" }, []);
    expect(applyChange(bare, { type: "add-reaction", reaction: added, pins }).layout).toEqual({
      new_reaction: { x: 250, y: 64 },
    });
  });

  test("what undoes another joins its card, and nothing moves", () => {
    const added = newReaction(choreographed, { does: "undo" }, ["ShipmentFailed"], "ship");
    const document = edit({ type: "add-reaction", reaction: added, pins: { pay: { x: 0, y: 0 } } });
    expect(reaction(document, "undo_ship")).toEqual({
      id: "undo_ship",
      on: "ShipmentFailed",
      send: "",
      undoes: "ship",
    });
    expect(idsOf(document)?.[3]).toBe("undo_ship");
    expect(document.layout).toBeUndefined();
  });

  test("one that says an event begins with an end that nobody says; the first reacts to the start", () => {
    const bare = { ...choreographed, reactions: [] };
    expect(newReaction(bare, { does: "emit" }, [])).toEqual({
      id: "say_order_fulfilled",
      on: "OrderCreated",
      emit: "OrderFulfilled",
    });
  });

  test("an id that is taken gives way", () => {
    const added = { id: "pay", on: "OrderCreated", send: "Shop.Do" };
    expect(idsOf(edit({ type: "add-reaction", reaction: added }))).toContain("pay_2");
  });
});

describe("joining and parting", () => {
  test("a second event makes a list of what a reaction reacts to", () => {
    const document = edit({ type: "react-to", reaction: "fulfil", event: "PaymentProcessed", from: "pay" });
    expect(reaction(document, "fulfil")?.on).toEqual(["ShipmentCreated", "PaymentProcessed"]);
    expect(reaction(document, "pay")).toBe(reaction(choreographed, "pay"));
    expect(edit({ type: "react-to", reaction: "fulfil", event: "ShipmentCreated" })).toBe(choreographed);
  });

  test("a card joined to an end brings it about", () => {
    expect(reaction(edit({ type: "say", reaction: "ship", event: "OrderFulfilled" }), "ship")?.expect).toContain(
      "OrderFulfilled",
    );
  });

  test("what cannot be joined", () => {
    expect(reactProblem(choreographed, "pay", "fulfil")).toBeNull();
    expect(reactProblem(choreographed, "event:OrderCreated", "pay")).toBeNull();
    expect(reactProblem(choreographed, "pay", "event:OrderFailed")).toBeNull();
    expect(reactProblem(choreographed, "pay", "event:OrderCreated")).not.toBeNull();
    expect(reactProblem(choreographed, "event:OrderCreated", "event:OrderFailed")).not.toBeNull();
  });

  test("an edge that is deleted is no longer reacted to; the last cause of a reaction stays", () => {
    const cut = (source: string, target: string, undo = false): Change => ({
      type: "delete",
      steps: [],
      edges: [edgeIndex(source, target, undo)],
    });
    expect(reaction(edit(cut("pay", "give_up")), "give_up")?.on).toBe("ShipmentFailed");
    expect(reaction(edit(cut("pay", "reserve", true)), "release")?.on).toBe("ShipmentFailed");
    expect(reaction(edit(cut("ship", "pay", true)), "refund")).toBeUndefined();
    expect(reaction(edit(cut("fulfil", "event:OrderFulfilled")), "fulfil")?.emit).toBe("");
    expect(edit(cut("reserve", "pay"))).toBe(choreographed);
    const [edge, other] = [edgeIndex("reserve", "pay"), edgeIndex("pay", "give_up")].map(
      (index) => toCanvasModel(choreographed).edges[index],
    );
    expect(edge && isLastCause(choreographed, edge)).toBe(true);
    expect(other && isLastCause(choreographed, other)).toBe(false);
  });

  test("an edge to an end that an undo brings about is cut, and says no failure any more", () => {
    const undo = (reaction(choreographed, "release") ?? {}) as object;
    const released = {
      ...undo,
      id: "release",
      on: "PaymentFailed",
      expect: ["OrderFailed", "Freed"],
      fails: ["OrderFailed"],
    };
    const others = choreographed.reactions?.filter(({ id }) => id !== "release") ?? [];
    const document: SagaDocument = { ...choreographed, reactions: [...others, released] };
    const index = toCanvasModel(document).edges.findIndex(
      ({ source, target }) => source === "reserve" && target === "event:OrderFailed",
    );
    const after = applyChange(document, { type: "delete", steps: [], edges: [index] });
    expect(reaction(after, "release")).toMatchObject({ expect: ["Freed"], fails: [] });
  });

  test("a reaction that is deleted takes what undoes it along", () => {
    const document = edit({ type: "delete", steps: ["reserve"], edges: [] });
    expect(idsOf(document)).toEqual(["pay", "ship", "fulfil", "refund", "give_up"]);
  });
});

describe("names", () => {
  test("a reaction's new id follows in what undoes it, in expressions and in its position", () => {
    const placed = edit({ type: "move", positions: { pay: { x: 1, y: 2 } } });
    const document = applyChange(placed, { type: "rename-step", from: "pay", to: "charge" });
    expect(reaction(document, "refund")?.undoes).toBe("charge");
    expect(reaction(document, "give_up")?.input).toMatchObject({ by: "${steps.charge.status}" });
    expect(document.layout).toEqual({ charge: { x: 1, y: 2 } });
    expect(edit({ type: "rename-step", from: "pay", to: "ship" })).toBe(choreographed);
  });

  test("an event's new name follows everywhere", () => {
    const document = edit(
      { type: "rename-event", from: "PaymentFailed", to: "PaymentDeclined" },
      { type: "rename-event", from: "InventoryReserved", to: "StockReserved" },
      { type: "rename-event", from: "OrderFailed", to: "OrderCancelled" },
      { type: "rename-event", from: "OrderCreated", to: "OrderPlaced" },
    );
    expect(toYaml(document)).not.toMatch(/PaymentFailed|InventoryReserved|OrderFailed|OrderCreated/);
    expect(document).toMatchObject({ starts: "OrderPlaced", ends: { failed: ["OrderCancelled"] } });
    expect(reaction(document, "release")).toMatchObject({
      on: ["PaymentDeclined", "ShipmentFailed"],
      input: { hold: "${events.StockReserved.data.reservation_id}" },
    });
    expect(edit({ type: "rename-event", from: "PaymentFailed", to: "not a name" })).toBe(choreographed);
  });

  test.each([
    ["events.Paid.data.id + 'Paid'", "events.Settled.data.id + 'Paid'"],
    ['events["Paid"].data', 'events["Settled"].data'],
    ["event.type == 'Paid' && data.type == 'Paid'", "event.type == 'Settled' && data.type == 'Paid'"],
    ["'Paid' != event.type", "'Settled' != event.type"],
    ["events.PaidTwice.data", "events.PaidTwice.data"],
  ])("%s", (before, after) => expect(renameEventInExpression(before, "Paid", "Settled")).toBe(after));

  test("a name that cannot stand behind a dot is read by index", () => {
    expect(renameEventInExpression("events.Paid.data", "Paid", "shop.paid-v2")).toBe('events["shop.paid-v2"].data');
  });
});

describe("fields", () => {
  test("a reaction does one thing: what says an event sends no command", () => {
    const said = edit({ type: "set-reaction", reaction: "reserve", field: "emit", value: "Told" });
    expect(reaction(said, "reserve")).not.toHaveProperty("send");
    const sent = applyChange(said, { type: "set-reaction", reaction: "reserve", field: "send", value: "A.B" });
    expect(reaction(sent, "reserve")).toMatchObject({ send: "A.B", on: "OrderCreated" });
    expect(reaction(sent, "reserve")).not.toHaveProperty("emit");
  });

  test("an empty list of events says nothing", () => {
    const document = edit({ type: "set-reaction", reaction: "pay", field: "expect", value: [] });
    expect(reaction(document, "pay")).not.toHaveProperty("expect");
  });
});

describe("copies", () => {
  test("a copied card comes with its undo, through the clipboard's text", () => {
    const fragment = fragmentFromText(fragmentToText(cutFragment(choreographed, ["pay"], new Map())));
    if (!fragment) throw new Error("Nothing to paste");
    const document = edit({ type: "paste", fragment, offset: { x: 0, y: 0 } });
    expect(idsOf(document)?.slice(-2)).toEqual(["pay_2", "refund_2"]);
    expect(reaction(document, "refund_2")?.undoes).toBe("pay_2");
    expect(applyChange({ saga: "Order", steps: [] }, { type: "paste", fragment, offset: { x: 0, y: 0 } })).toEqual({
      saga: "Order",
      steps: [],
    });
  });
});

describe("the document", () => {
  test("code and canvas write each other, and a comment survives", () => {
    const typed = readCode({ document: choreographed, source: null, broken: null }, `# mine\n${toYaml(choreographed)}`);
    expect(typed.broken).toBeNull();
    const next = applyChange(typed.document, { type: "rename-event", from: "ShipmentCreated", to: "Shipped" });
    const text = textOf({ ...typed, document: next }, "yaml");
    expect(text).toMatch(/^# mine/);
    expect(text).toContain("Shipped");
    expect(text).not.toContain("steps: []");
    expect(parseDefinition(text)).toMatchObject({ ok: true, value: { steps: [] } });
  });

  test("it is saved without the steps that it has not", () => {
    const { document } = toSave({ document: choreographed, source: null, broken: null });
    expect(parseDefinition(document).ok).toBe(true);
  });

  test("a draft with holes can be drawn, one of another shape cannot", () => {
    expect(toEditable({ saga: "A", style: "choreography", reactions: [{ id: "a" }] })).toEqual({
      saga: "A",
      style: "choreography",
      reactions: [{ id: "a", on: "" }],
      ends: { completed: [], failed: [] },
      steps: [],
    });
    for (const odd of [{ reactions: {} }, { reactions: [{ id: 1 }] }, { ends: [] }, { starts: 1 }])
      expect(toEditable({ saga: "A", style: "choreography", ...odd })).toBeNull();
    expect(toEditable({ saga: "A", style: "choreography", reactions: [{ id: "a" }, { id: "a" }] })).toBeNull();
    expect(toEditable({ saga: "A", style: "choreography", reactions: [{ id: "a", expect: "B" }] })).toBeNull();
  });

  test("a problem leads to the card, and the part of its form, that it is about", () => {
    const at = (path: string) => ({ code: "any", severity: "error" as const, path, message: "" });
    expect(cardOf(choreographed, at("/reactions/4/send"))).toBe("reserve");
    expect(reactionTabOf(choreographed, at("/reactions/4/send"))).toBe("compensation");
    expect(cardOf(choreographed, { ...at("/reactions"), step: "refund" })).toBe("pay");
    expect(reactionTabOf(choreographed, at("/reactions/1/retry/attempts"))).toBe("reliability");
    expect(reactionTabOf(choreographed, at("/reactions/1/on"))).toBe("step");
    expect(cardOf(choreographed, at("/starts"))).toBeUndefined();
  });

  test("a draft without reactions is a beginning, and no problem", () => {
    const document = toEditable(blankSaga("Stay", "Stay", "choreography"));
    if (!document) throw new Error("It cannot be drawn");
    expect(problemsOf({ document, source: null, broken: null })).toEqual([]);
  });

  test("an id that is no id is a problem, whatever is in it", () => {
    const reactions = [{ id: "reserve_(", on: "OrderCreated", send: "Shop.Reserve" }];
    const document: SagaDocument = { ...choreographed, reactions };
    expect(problemsOf({ document, source: null, broken: null }).map(({ path }) => path)).toContain("/reactions/0/id");
  });

  test("problems call reactions by their titles, and a command that is not named is one to choose", () => {
    const titled = edit(
      { type: "set-reaction", reaction: "reserve", field: "title", value: "Keep the goods" },
      { type: "set-reaction", reaction: "reserve", field: "expect", value: ["InventoryReserved", "Odd"] },
      { type: "set-reaction", reaction: "pay", field: "send", value: "" },
    );
    const messages = problemsOf({ document: titled, source: null, broken: null }).map(({ message }) => message);
    expect(messages).toContain("Choose a command.");
    expect(messages).toContain('"Keep the goods" brings Odd about, and nothing reacts to it.');
    const untitled = edit(
      { type: "rename-step", from: "pay", to: "new_reaction" },
      {
        type: "set-reaction",
        reaction: "new_reaction",
        field: "expect",
        value: ["PaymentProcessed", "Odd"],
      },
    );
    expect(problemsOf({ document: untitled, source: null, broken: null }).map(({ message }) => message)).toContain(
      '"New reaction" brings Odd about, and nothing reacts to it.',
    );
    const wrong = edit({ type: "set-reaction", reaction: "pay", field: "send", value: "Pay" });
    const [problem] = problemsOf({ document: wrong, source: null, broken: null });
    expect(problem?.message).toMatch(/^"send" of reaction pay is not valid/);
  });

  test("what a version changes is said by reactions", () => {
    const after = edit(
      { type: "set-reaction", reaction: "pay", field: "within", value: "PT1M" },
      { type: "delete", steps: ["fulfil"], edges: [] },
      { type: "set-saga", field: "mode", value: "observe" },
    );
    expect(summarise(choreographed, after)).toMatchObject({ changed: ["Pay"], removed: ["Fulfil"], settings: true });
  });
});
