import { MiniMap, useStore } from "reactflow";
import type { CanvasModel } from "./canvas-model";
import type { CanvasNode } from "./flow";
import type { Positions } from "./geometry";
import { stepStatusLooks } from "./status";
import { boundsOf } from "./use-fit";

const SIZE = { width: 168, height: 104 } as const;
/** On a low canvas it covers less of what it is the map of. */
const SMALL = { width: 118, height: 73 } as const;
const LOW = 480;
/** However long the graph, a card is to be seen on the map: a line of its own colour around it makes it so wide. */
const LEAST = 3;

/** A card's colour in the map: its state's, or that of quiet words where it has none. */
const colorOf = (node: CanvasNode) =>
  "state" in node.data && node.data.state ? stepStatusLooks[node.data.state.status].color : "var(--color-ink-3)";

/** The whole graph, small, with what is in view marked. */
export function GraphMap({ model, positions }: { model: CanvasModel; positions: Positions }) {
  const { width, height } = boundsOf(model, positions);
  const size = useStore((store) => (store.height < LOW ? SMALL : SIZE));
  const scale = Math.max(width / size.width, height / size.height);
  return (
    <MiniMap<CanvasNode>
      pannable
      zoomable
      position="bottom-right"
      nodeColor={colorOf}
      nodeStrokeColor={colorOf}
      nodeStrokeWidth={LEAST * scale}
      bgColor="var(--color-panel)"
      maskColor="color-mix(in oklch, var(--color-ink) 12%, transparent)"
      style={size}
      className="overflow-hidden rounded-md border"
      ariaLabel="Map of the graph"
    />
  );
}
