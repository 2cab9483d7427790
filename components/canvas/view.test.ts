import { describe, expect, test } from "vitest";
import { fitted, isInView, panInto, rectOf, viewAt, zoomToFit } from "./view";

const size = { width: 800, height: 600 };
const view = { x: 0, y: 0, zoom: 1 };
const card = (x: number, y: number) => ({ x, y, width: 240, height: 116 });

describe("what is seen of a canvas", () => {
  test("all of a graph, in the middle and no larger than it is", () => {
    const wide = rectOf([card(0, 0), card(1_760, 0)]);
    const { zoom, x } = fitted(wide, size, 0, 1);
    expect([zoom, x]).toEqual([0.4, 0]);
    expect(isInView(wide, fitted(wide, size, 0.06, 1), size)).toBe(true);
    expect(fitted(card(0, 0), size, 0, 1)).toEqual({ zoom: 1, x: 280, y: 242 });
    expect(zoomToFit({ width: 100, height: 1_200 }, size, 0)).toBe(0.5);
  });

  test("a part of a graph that is larger than the screen, without an empty margin", () => {
    const bounds = rectOf([card(0, 0), card(3_000, 2_000)]);
    const middle = { x: 400, y: 300 };
    expect(viewAt({ x: 0, y: 0 }, middle, 0.5, bounds, size)).toEqual({ zoom: 0.5, x: 24, y: 24 });
    expect(viewAt({ x: 1_500, y: 1_000 }, middle, 0.5, bounds, size)).toEqual({ zoom: 0.5, x: -350, y: -200 });
    expect(viewAt({ x: 0, y: 0 }, middle, 0.5, card(0, 0), size)).toEqual({ zoom: 0.5, x: 340, y: 271 });
  });
});

describe("what was added", () => {
  const shown = (rects: readonly ReturnType<typeof card>[], from = view, least = 0.5) => {
    const [added = card(0, 0)] = rects;
    return panInto(rectOf(rects), added, from, size, least);
  };

  test("is in view already: nothing moves", () => {
    expect(shown([card(300, 200), card(40, 200)])).toEqual(view);
  });

  test("comes into view with what it hangs on, no further than it must, above the controls", () => {
    const added = card(500, 500);
    const after = shown([added, card(200, 500)]);
    expect(after.zoom).toBe(1);
    expect(after.x).toBe(0);
    expect(after.y).toBe(-80);
    expect(shown([card(-300, 100), card(40, 100)]).x).toBe(324);
  });

  test("makes everything smaller only where there is no room, and not too small", () => {
    const near = shown([card(700, 100), card(0, 100)]);
    expect(near.zoom).toBeCloseTo(0.8);
    expect(isInView(rectOf([card(700, 100), card(0, 100)]), near, size)).toBe(true);
    const far = shown([card(9_000, 100), card(0, 100)]);
    expect(far.zoom).toBe(0.5);
    expect(isInView(card(9_000, 100), far, size)).toBe(true);
  });
});
