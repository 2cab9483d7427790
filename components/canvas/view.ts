import type { Point, Size } from "./geometry";

/** What part of a canvas is seen: its origin is at `x`, `y` on the screen. */
export type View = Point & { readonly zoom: number };
export type Rect = Point & Size;

/** Around what is shown stays so much of the screen; more below, where the zoom controls are. */
const MARGIN = 24;
const CONTROLS = 64;

/** The rectangle that holds them all. */
export function rectOf(places: readonly Rect[]): Rect {
  const x = Math.min(...places.map((place) => place.x));
  const y = Math.min(...places.map((place) => place.y));
  const right = Math.max(...places.map((place) => place.x + place.width));
  const bottom = Math.max(...places.map((place) => place.y + place.height));
  return { x, y, width: right - x, height: bottom - y };
}

export const zoomToFit = (rect: Size, size: Size, padding: number) =>
  Math.min(size.width, size.height * (rect.width / rect.height)) / (rect.width * (1 + padding));

/** All of it in the middle, no larger than that zoom. */
export function fitted(rect: Rect, size: Size, padding: number, maxZoom: number): View {
  const zoom = Math.min(maxZoom, zoomToFit(rect, size, padding));
  return {
    zoom,
    x: (size.width - rect.width * zoom) / 2 - rect.x * zoom,
    y: (size.height - rect.height * zoom) / 2 - rect.y * zoom,
  };
}

/** Whether all of it is in sight. */
export function isInView({ x, y, width, height }: Rect, view: View, size: Size): boolean {
  const [left, top] = [view.x + x * view.zoom, view.y + y * view.zoom];
  return left >= 0 && top >= 0 && left + width * view.zoom <= size.width && top + height * view.zoom <= size.height;
}

/** Looks at a point, at that place of the screen; of what is larger than the screen no empty margin is shown. */
export function viewAt(point: Point, place: Point, zoom: number, bounds: Rect, size: Size): View {
  const along = (at: number, on: number, start: number, length: number, room: number) => {
    const [least, most] = [room - MARGIN - (start + length) * zoom, MARGIN - start * zoom];
    return least > most ? (room - length * zoom) / 2 - start * zoom : Math.min(most, Math.max(least, on - at * zoom));
  };
  return {
    zoom,
    x: along(point.x, place.x, bounds.x, bounds.width, size.width),
    y: along(point.y, place.y, bounds.y, bounds.height, size.height),
  };
}

/**
 * The view moved no further than it takes to show all of `rect`; at the same zoom where it has room, down to `leastZoom`
 * where it has not. What is too large even then is shown from `anchor`, the part of it that matters.
 */
export function panInto(rect: Rect, anchor: Rect, view: View, size: Size, leastZoom: number): View {
  const [width, height] = [size.width - 2 * MARGIN, size.height - MARGIN - CONTROLS];
  const fits = Math.min(view.zoom, width / rect.width, height / rect.height);
  const zoom = Math.max(fits, Math.min(view.zoom, leastZoom));
  const shown = fits < zoom ? anchor : rect;
  const along = (origin: number, start: number, length: number, room: number) => {
    const [from, to] = [origin + start * zoom, origin + (start + length) * zoom];
    if (from < MARGIN) return origin + MARGIN - from;
    return to > MARGIN + room ? origin - Math.min(to - MARGIN - room, from - MARGIN) : origin;
  };
  const middle = { x: (size.width / 2 - view.x) / view.zoom, y: (size.height / 2 - view.y) / view.zoom };
  const kept = { x: size.width / 2 - middle.x * zoom, y: size.height / 2 - middle.y * zoom };
  return {
    zoom,
    x: along(kept.x, shown.x, shown.width, width),
    y: along(kept.y, shown.y, shown.height, height),
  };
}
