import type { CanvasModel } from "./canvas-model";
import { isTerminal } from "./choreography-model";

/** A letter of a chip is so wide; its padding, and a sign beside the words, take so much more. In canvas pixels. */
const LETTER = 7.3;
const SIGN = 44;
/** From afar chips are drawn larger than the cards: there is room for letters of this many times their size. */
const ENLARGED = 1.5;
const [LEAST, MOST] = [96, 208];
/** As many letters stand on one line. */
const LINE = 11;
/** And of large ones, in the card of an event. */
export const SHORT_LINE = 8;

/** An event's name on one line, or broken in two where a word of it begins: `InventoryReserved` as Inventory, Reserved. */
export function chipLines(type: string, line = LINE): readonly string[] {
  if (type.length <= line) return [type];
  const breaks = [...type.matchAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[._-])(?=.)/g)].map(({ index }) => index);
  if (breaks.length === 0) return [type];
  const longer = (at: number) => Math.max(at, type.length - at);
  const at = breaks.reduce((best, next) => (longer(next) < longer(best) ? next : best));
  return [type.slice(0, at), type.slice(at)];
}

/** How far apart the columns of a choreography are: as far as the chips between them need, and no more. */
export function chipGap({ edges }: CanvasModel): number {
  const between = edges.filter(({ source, target }) => !isTerminal(source) && !isTerminal(target));
  const lines = between.flatMap(({ events }) => events.flatMap(({ type }) => chipLines(type)));
  const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
  return Math.min(MOST, Math.max(LEAST, Math.round(longest * LETTER * ENLARGED + SIGN)));
}

/** Letters of chips are at least so large on the screen: beyond that they grow with the distance, in steps. */
const LEAST_LETTER = 9;
const CHIP_LETTER = 12;

export function chipScale(zoom: number): number {
  const scale = Math.max(1, LEAST_LETTER / CHIP_LETTER / zoom);
  return Math.min(2.2, Math.round(scale * 20) / 20);
}
