import type { StepKind } from "@/engine/definition/saga";
import { CARD } from "../geometry";
import type { CardKind } from "../step-kind";

/** The kinds that have one half, each in a shape of its own. */
export type ShapedKind = Exclude<StepKind, "action" | "forEach" | "saga">;

const W = CARD.width;
/** As tall as two lines of words under a title. */
const H = 68;
const FOLD = 16;

type Corner = readonly [x: number, y: number, radius: number];

/** A closed outline with rounded corners. */
function outline(corners: readonly Corner[]): string {
  const at = (index: number) => corners[(index + corners.length) % corners.length] as Corner;
  const parts = corners.map(([x, y, radius], index) => {
    const [before, after] = [towards(at(index), at(index - 1), radius), towards(at(index), at(index + 1), radius)];
    return `${index === 0 ? "M" : "L"}${before} Q${x} ${y} ${after}`;
  });
  return `${parts.join(" ")} Z`;
}

function towards([x, y]: Corner, [toX, toY]: Corner, by: number): string {
  const share = by / Math.hypot(toX - x, toY - y);
  return `${round(x + (toX - x) * share)} ${round(y + (toY - y) * share)}`;
}

const round = (value: number) => Math.round(value * 100) / 100;

const [left, right, top, bottom, middle] = [0.5, W - 0.5, 0.5, H - 0.5, H / 2];

type Silhouette = {
  readonly path: string;
  /** The side where a state shows its hue. */
  readonly side: string;
  /** Where edges come in and go out, from the sides of the box. */
  readonly inset: { readonly left: number; readonly right: number };
  /** Room that keeps the words inside. */
  readonly padding: string;
  /** A line inside the outline. */
  readonly fold?: string;
};

/**
 * A decision is pointed where its ways part; a wait is round; a signal has the notch that a word from outside fits into; an
 * approval is a sheet with its corner turned down; a transform leans, as it turns one thing into another.
 */
export const silhouettes = {
  decision: {
    path: outline([
      [left, middle, 4],
      [28, top, 8],
      [W - 28, top, 8],
      [right, middle, 4],
      [W - 28, bottom, 8],
      [28, bottom, 8],
    ]),
    side: `M28 ${top} L${left} ${middle} L28 ${bottom}`,
    inset: { left: 0, right: 0 },
    padding: "px-8",
  },
  wait: {
    path: outline([
      [left, top, 33],
      [right, top, 33],
      [right, bottom, 33],
      [left, bottom, 33],
    ]),
    side: `M34 ${top} Q${left} ${top} ${left} ${middle} Q${left} ${bottom} 34 ${bottom}`,
    inset: { left: 0, right: 0 },
    padding: "px-6",
  },
  signal: {
    path: outline([
      [left, top, 6],
      [right, top, 10],
      [right, bottom, 10],
      [left, bottom, 6],
      [14, middle, 3],
    ]),
    side: `M${left} ${top} L14 ${middle} L${left} ${bottom}`,
    inset: { left: 13, right: 0 },
    padding: "pr-3 pl-7",
  },
  approval: {
    path: outline([
      [left, top, 10],
      [W - FOLD, top, 1],
      [right, FOLD, 1],
      [right, bottom, 10],
      [left, bottom, 10],
    ]),
    side: `M${left} 0 V${H}`,
    inset: { left: 0, right: 0 },
    padding: "pr-5 pl-3.5",
    fold: `M${W - FOLD} ${top} V${FOLD - 5} Q${W - FOLD} ${FOLD} ${W - FOLD + 5} ${FOLD} H${right}`,
  },
  transform: {
    path: outline([
      [18, top, 8],
      [right, top, 8],
      [W - 18, bottom, 8],
      [left, bottom, 8],
    ]),
    side: `M18 ${top} L${left} ${bottom}`,
    inset: { left: 9, right: 9 },
    padding: "px-6",
  },
} as const satisfies Record<ShapedKind, Silhouette>;

const isShaped = (kind: CardKind): kind is ShapedKind => Object.hasOwn(silhouettes, kind);

/** How far from the sides of its box a kind's card is joined. */
export const handleInset = (kind: CardKind): Silhouette["inset"] =>
  isShaped(kind) ? silhouettes[kind].inset : { left: 0, right: 0 };

export const clipId = (kind: ShapedKind) => `saga-shape-${kind}`;
