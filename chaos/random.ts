import { createHash } from "node:crypto";

/** A number in [0, 1) that is the same for the same seed and names, whatever happened before. */
export function draw(seed: string, ...names: readonly (string | number)[]): number {
  return (
    createHash("sha256")
      .update([seed, ...names].join("/"))
      .digest()
      .readUIntBE(0, 6) /
    2 ** 48
  );
}

/** The next numbers of a named stream, each drawn between two bounds. */
export function stream(seed: string, name: string): (from: number, to: number) => number {
  let n = 0;
  return (from, to) => from + draw(seed, name, n++) * (to - from);
}
