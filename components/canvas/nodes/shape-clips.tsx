import { clipId, type ShapedKind, silhouettes } from "./silhouettes";

/** The outlines that the states' hues are cut by, once a canvas. */
export function ShapeClips() {
  return (
    <svg aria-hidden="true" className="pointer-events-none absolute size-0">
      <defs>
        {Object.entries(silhouettes).map(([kind, { path }]) => (
          <clipPath key={kind} id={clipId(kind as ShapedKind)}>
            <path d={path} />
          </clipPath>
        ))}
      </defs>
    </svg>
  );
}
