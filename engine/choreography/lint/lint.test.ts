/** What lint finds in a choreography: each thing that is wrong, and nothing in one that is well. */
import { expect, test } from "vitest";
import type { ReactionDocument, SagaDocument } from "../../definition/document";
import { lint } from "../../definition/lint";
import { parseDefinition } from "../../definition/parse";
import { toJson, toYaml } from "../../definition/write";
import { orderReactions } from "../../testing/choreographies";

const order: SagaDocument = {
  saga: "Shop",
  style: "choreography",
  mode: "drive",
  correlation: "${event.data.order_id}",
  starts: "OrderCreated",
  reactions: [...orderReactions],
  ends: { completed: ["OrderFulfilled"], failed: ["OrderFailed"] },
  steps: [],
};

const but = (id: string, change: Partial<ReactionDocument>): SagaDocument => ({
  ...order,
  reactions: orderReactions.map((r) => (r.id === id ? { ...r, ...change } : r)),
});
const and = (...more: ReactionDocument[]): SagaDocument => ({ ...order, reactions: [...orderReactions, ...more] });
const without = (id: string, more: Partial<SagaDocument> = {}): SagaDocument => ({
  ...order,
  ...more,
  reactions: orderReactions.filter((r) => r.id !== id),
});

const found = (document: SagaDocument) =>
  lint(document).map(({ severity, code, path }) => `${severity === "error" ? "!" : "?"} ${code} ${path}`);

test("the source text's order has nothing wrong with it, driven and observed", () => {
  expect(found(order)).toEqual([]);
  expect(found({ ...order, mode: "observe" })).toEqual([]);
});

test.each<readonly [string, SagaDocument, readonly string[]]>([
  [
    "two reactions of one name",
    and({ ...orderReactions[4], id: "release" } as ReactionDocument),
    ["! duplicate-reaction /reactions/7/id"],
  ],
  [
    "an event that nobody sends",
    but("ship", { on: ["PaymentProcessed", "ManagerAgreed"] }),
    ["? event-never-said /reactions/2/on"],
  ],
  [
    "an event that nobody handles",
    but("ship", { expect: ["ShipmentCreated", "ShipmentFailed", "ShipmentLost"] }),
    ["? event-unhandled /reactions/2"],
  ],
  [
    "an end that cannot be reached",
    without("fulfil"),
    ["! end-unreachable /ends/completed/0", "? event-unhandled /reactions/2"],
  ],
  ["an effect that nothing undoes", without("refund"), ["? effect-without-undo /reactions/1"]],
  [
    "a circle",
    and({
      id: "again",
      on: "ShipmentFailed",
      send: "Payment.Pay",
      expect: ["PaymentProcessed"],
      within: "PT5M",
      class: "readonly",
    }),
    ["? cycle /reactions/2"],
  ],
  [
    "a circle without end",
    {
      ...and({ id: "again", on: "ShipmentFailed", emit: "PaymentProcessed", repeat: true }),
      reactions: [
        ...(but("ship", { repeat: true }).reactions ?? []),
        { id: "again", on: "ShipmentFailed", emit: "PaymentProcessed", repeat: true },
      ],
    },
    ["! cycle /reactions/2"],
  ],
  ["a reaction that does nothing", and({ id: "nothing", on: "PaymentFailed" }), ["! does-nothing /reactions/7"]],
  ["one that does two things", but("fulfil", { send: "S.C", class: "readonly" }), ["! send-and-emit /reactions/3"]],
  [
    "one that undoes what there is not",
    but("refund", { undoes: "payment" }),
    ["! undoes-nothing /reactions/5/undoes", "? effect-without-undo /reactions/1"],
  ],
  [
    "one that undoes an undo",
    and({
      id: "undo_release",
      on: "ShipmentFailed",
      send: "Inventory.Reserve",
      undoes: "release",
      expect: ["X"],
      within: "PT1S",
    }),
    ["! undoes-nothing /reactions/7/undoes"],
  ],
  [
    "two that undo the same otherwise",
    and({ id: "other", on: "ShipmentFailed", send: "Inventory.Drop", undoes: "reserve" }),
    ["! undo-differs /reactions/7/send"],
  ],
  ["a failure that is not expected", but("pay", { fails: ["PaymentLost"] }), ["! fails-unexpected /reactions/1/fails"]],
  [
    "nothing but failures",
    but("pay", { fails: ["PaymentProcessed", "PaymentFailed"] }),
    ["! cannot-succeed /reactions/1/expect"],
  ],
  ["a wait without end", but("pay", { within: undefined }), ["? no-within /reactions/1"]],
  [
    "a reaction after the end",
    and({ id: "tell", on: "OrderFailed", send: "Mail.Send", class: "irreversible" }),
    ["? after-end /reactions/7/on"],
  ],
  [
    "an undo that nobody could see",
    { ...but("release", { expect: undefined, within: undefined }), mode: "observe" },
    ["! undo-unseen /reactions/4"],
  ],
  ["one run for all events", { ...order, correlation: "order" }, ["! constant-correlation /correlation"]],
  [
    "a correlation that reads what is not there",
    { ...order, correlation: "${event.data.id}${data.id}" },
    ["! expression-scope /correlation"],
  ],
  [
    "an expression that cannot be read",
    but("pay", { when: "event.data >" }),
    ["! expression-syntax /reactions/1/when"],
  ],
  ["a condition that is none", but("pay", { when: "'yes'" }), ["! condition-not-boolean /reactions/1/when"]],
  [
    "an event that is read and never said",
    but("pay", { input: "${events.OrderLost.data}" }),
    ["! unknown-event /reactions/1/input"],
  ],
  [
    "a step that is read and is not there",
    but("pay", { input: "${steps.nobody.result}" }),
    ["! unknown-step /reactions/1/input"],
  ],
  [
    "an undo that reads what may not have come",
    but("release", { input: "${events.InventoryReserved.data.id}" }),
    ["! unguarded-event /reactions/4/input"],
  ],
  [
    "an end that is two",
    { ...order, ends: { completed: ["OrderFulfilled", "OrderFailed"], failed: ["OrderFailed"] } },
    ["! end-ambiguous /ends"],
  ],
])("%s is found", (_what, document, problems) => {
  const all = found(document);
  for (const problem of problems) expect(all).toContain(problem);
});

test("an undo that makes sure that the event came is well", () => {
  const guarded = "${has(events.InventoryReserved) ? events.InventoryReserved.data.id : null}";
  expect(found(but("release", { input: guarded }))).toEqual([]);
});

test("a choreography is written and read back to the same, as YAML and as JSON", () => {
  for (const text of [toYaml(order), toJson(order)]) expect(parseDefinition(text)).toEqual({ ok: true, value: order });
  expect(toYaml(order)).not.toContain("steps");
});
