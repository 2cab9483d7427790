import type { CanvasModel } from "./canvas-model";
import { type Positions, placesOf } from "./geometry";

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export const isDirection = (key: string): key is Direction =>
  key === "ArrowLeft" || key === "ArrowRight" || key === "ArrowUp" || key === "ArrowDown";

/**
 * The step that an arrow key leads to: right and left follow the edges (the nearest in height first), up and down go to
 * the nearest card above or below.
 */
export function neighbourOf(id: string, key: Direction, model: CanvasModel, positions: Positions): string | null {
  const here = positions.get(id);
  if (!here) return null;
  const near = (candidates: readonly string[], weight: (dx: number, dy: number) => number) =>
    candidates
      .map((to) => {
        const point = positions.get(to) ?? here;
        return { to, cost: weight(Math.abs(point.x - here.x), Math.abs(point.y - here.y)) };
      })
      .sort((a, b) => a.cost - b.cost)[0]?.to ?? null;
  if (key === "ArrowRight")
    return near(
      (model.outgoing.get(id) ?? []).map((edge) => edge.target),
      (_, dy) => dy,
    );
  if (key === "ArrowLeft")
    return near(
      (model.incoming.get(id) ?? []).map((edge) => edge.source),
      (_, dy) => dy,
    );
  const side = placesOf(model)
    .map((place) => place.id)
    .filter((to) => {
      const y = positions.get(to)?.y ?? here.y;
      return to !== id && (key === "ArrowDown" ? y > here.y : y < here.y);
    });
  return near(side, (dx, dy) => dx * 2 + dy);
}
