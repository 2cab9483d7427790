import type { Point } from "./geometry";

type Ends = { readonly sourceX: number; readonly sourceY: number; readonly targetX: number; readonly targetY: number };

/**
 * Where an edge's chip stands: in its middle; of a long edge on its way out of its source, where it covers no card that
 * the edge passes: so far right of it as `beside` says. `middle` is that of the drawn curve, a cubic one whose handles are
 * half as long as it is wide.
 */
export function chipPoint({ sourceX, sourceY, targetX, targetY }: Ends, middle: Point, beside: number): Point {
  const width = targetX - sourceX;
  if (width <= 2.5 * beside) return middle;
  let [from, to] = [0, 0.5];
  for (let round = 0; round < 12; round++) {
    const t = (from + to) / 2;
    if (width * (1.5 * t * (1 - t) + t ** 3) < beside) from = t;
    else to = t;
  }
  return { x: sourceX + beside, y: sourceY + (targetY - sourceY) * from ** 2 * (3 - 2 * from) };
}
