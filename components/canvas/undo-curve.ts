import { cardSize, type Point, type Size, TERMINAL } from "./geometry";

type Ends = { readonly sourceX: number; readonly sourceY: number; readonly targetX: number; readonly targetY: number };

/** How far from the middle of a card such a curve leaves it, and comes to it. */
const ASIDE = 30;

/**
 * The way of an event that sets off an undo: below the cards, from the bottom of the one that says it to the lower half of
 * the one that is undone. It is drawn from its end to its beginning, so that it flows as the unwind does. The ends are
 * where the sides of the two cards are.
 */
export function undoCurve(
  { sourceX, sourceY, targetX, targetY }: Ends,
  fromTerminal: boolean,
): Point & { path: string } {
  const card = cardSize("reaction");
  const from: Size = fromTerminal ? TERMINAL : card;
  const start = { x: sourceX - from.width / 2 + ASIDE, y: sourceY + from.height / 2 };
  const end = { x: targetX + card.width / 2 - ASIDE, y: targetY + card.height / 2 };
  const low = Math.max(start.y, end.y) + 44 + Math.min(150, Math.abs(start.x - end.x) * 0.1);
  const path = `M${end.x},${end.y} C${end.x},${low} ${start.x},${low} ${start.x},${start.y}`;
  return { path, x: (start.x + end.x) / 2, y: (start.y + end.y) / 8 + low * 0.75 };
}
