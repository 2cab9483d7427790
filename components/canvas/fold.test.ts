import { describe, expect, test } from "vitest";
import { choreographed } from "@/components/designer/testing";
import type { SagaDocument } from "@/engine/definition/document";
import { toCanvasModel } from "./canvas-model";
import { chipGap, chipLines, chipScale } from "./chip-words";
import { toFlow } from "./flow";
import { arranged } from "./fold";
import { columnGap, layeredPositions, layoutEdges, placesOf } from "./geometry";
import { rectOf } from "./view";

const model = toCanvasModel(choreographed);

/** So many reactions in a row, each of which may fail, which ends the run. */
const row = (length: number): SagaDocument => ({
  ...choreographed,
  starts: "E0",
  reactions: [
    ...Array.from({ length }, (_, index) => ({
      id: `r${index + 1}`,
      on: `E${index}`,
      send: "Shop.Do",
      expect: [`E${index + 1}`, `E${index + 1}Failed`],
    })),
    { id: "end", on: `E${length}`, emit: "OrderFulfilled" },
    { id: "give_up", on: Array.from({ length }, (_, index) => `E${index + 1}Failed`), emit: "OrderFailed" },
  ],
});

const boundsOf = (document: SagaDocument) => {
  const drawn = toCanvasModel(document);
  const at = arranged(drawn, layeredPositions(drawn));
  return rectOf(placesOf(drawn).map(({ id, size }) => ({ ...size, x: at.get(id)?.x ?? 0, y: at.get(id)?.y ?? 0 })));
};

describe("the names of events", () => {
  test.each([
    ["Packed", ["Packed"]],
    ["InventoryReserved", ["Inventory", "Reserved"]],
    ["ParcelMyOwnAbandoned", ["ParcelMyOwn", "Abandoned"]],
    ["shop.order-created", ["shop.order-", "created"]],
    ["withoutanybreakatall", ["withoutanybreakatall"]],
  ])("%s", (type, lines) => expect(chipLines(type)).toEqual(lines));

  test("stay large enough to be read as the graph is seen from further away", () => {
    for (const zoom of [1, 0.75]) expect(chipScale(zoom)).toBe(1);
    for (const zoom of [0.62, 0.45, 0.35]) expect(chipScale(zoom) * zoom * 12).toBeGreaterThan(8.8);
  });

  test("hold the columns of a choreography apart, and nothing else does", () => {
    expect(columnGap(model)).toBe(chipGap(model));
    const brief = toCanvasModel(row(3));
    expect(columnGap(brief)).toBeLessThan(columnGap(model));
    expect(columnGap(model)).toBeLessThan(150);
  });
});

describe("a choreography that is laid out", () => {
  test("has the cards of its first and last events close to their neighbours", () => {
    const at = arranged(model, layeredPositions(model));
    const x = (id: string) => at.get(id)?.x ?? Number.NaN;
    expect(x("reserve") - x("event:OrderCreated")).toBe(240);
    expect(x("event:OrderFulfilled") - x("fulfil")).toBe(296);
    expect(x("pay") - x("reserve")).toBe(240 + columnGap(model));
  });

  test("stays one row as long as that can be read", () => {
    const at = arranged(model, layeredPositions(model));
    expect(new Set(["reserve", "pay", "ship"].map((id) => at.get(id)?.y)).size).toBe(1);
  });

  test.each([12, 200])("is folded as a page is, of %i in a row, and no cards cover each other", (length) => {
    const { width, height } = boundsOf(row(length));
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(3.2);
    const drawn = toCanvasModel(row(length));
    const at = arranged(drawn, layeredPositions(drawn));
    const cards = placesOf(drawn).flatMap(({ id, size }) => {
      const point = at.get(id);
      return point ? [{ id, ...point, ...size }] : [];
    });
    expect(cards).toHaveLength(placesOf(drawn).length);
    const covered = cards.flatMap((one, index) =>
      cards
        .slice(index + 1)
        .filter(
          (other) =>
            one.x < other.x + other.width &&
            other.x < one.x + one.width &&
            one.y < other.y + other.height &&
            other.y < one.y + one.height,
        )
        .map((other) => [one.id, other.id]),
    );
    expect(covered).toEqual([]);
  });

  test("is held together by its way forward: of the ways out to one card the last counts", () => {
    const out = layoutEdges(toCanvasModel(row(5))).filter(({ target }) => target === "give_up");
    expect(out.map(({ source }) => source)).toEqual(["r5"]);
  });
});

test("of many ways out to one card the beginning is drawn, until one is chosen", () => {
  const cutOf = (length: number, selected: readonly string[] = []) =>
    toFlow(row(length), null, { selected: new Set(selected) })
      .edges.filter(({ data }) => data?.cut)
      .map(({ source }) => source);
  expect(cutOf(5)).toEqual([]);
  expect(cutOf(8)).toHaveLength(8);
  expect(cutOf(8, ["r3"])).not.toContain("r3");
  expect(cutOf(8, ["give_up"])).toEqual([]);
});
