/**
 * Where pages find the server they run in: Next bundles pages apart from the server, so the two meet in one global slot
 * that the server fills at start.
 */
import type { Identify } from "./identify";

/** The page that was asked for, set by the server on each page request: sign-in leads back to it. */
export const pathHeader = "x-saga-path";

const slot = Symbol.for("saga-studio.identify");
type Holder = { [slot]?: Identify };

export function provideIdentify(identify: Identify): void {
  (globalThis as Holder)[slot] = identify;
}

export function providedIdentify(): Identify | null {
  return (globalThis as Holder)[slot] ?? null;
}
