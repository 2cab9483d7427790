import type { CanvasNode } from "./flow";
import { stepStatusLooks } from "./status";

/** A card's colour in the map: its state's, or a line's when there is no run. */
export const minimapColor = (node: CanvasNode) =>
  "state" in node.data && node.data.state ? stepStatusLooks[node.data.state.status].color : "var(--color-line-strong)";
