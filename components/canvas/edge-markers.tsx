import type { EdgeTone } from "./edge-face";

/** The colour of each tone; the same tokens as everywhere. */
const colors = {
  fails: "var(--color-state-failed-solid)",
  plain: "var(--color-ink-3)",
  waiting: "var(--color-line-strong)",
  dead: "var(--color-line-strong)",
  taken: "var(--color-ink)",
  running: "var(--color-state-executing-solid)",
  unwinding: "var(--color-state-compensating-solid)",
  compensated: "var(--color-state-compensated-solid)",
  "compensation-failed": "var(--color-state-compensation-failed-solid)",
} as const satisfies Record<EdgeTone | "fails", string>;

/** Arrowheads, once a canvas; at the start of a path they turn round, which is how an unwind points back. */
export function EdgeMarkers() {
  return (
    <svg aria-hidden="true" className="pointer-events-none absolute size-0">
      <defs>
        {Object.entries(colors).map(([tone, color]) => (
          <marker
            key={tone}
            id={`saga-arrow-${tone}`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="12"
            markerHeight="12"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M0 1 9.5 5 0 9z" fill={color} />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
