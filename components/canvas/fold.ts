import type { CanvasModel } from "./canvas-model";
import { isTerminal } from "./choreography-model";
import { type Placed, type Point, type Positions, placesOf, TIGHT } from "./geometry";

/** A graph of no more columns than this stays one row. */
const ROW_OF_COLUMNS = 7;
/** Folded, a graph is about so many times wider than it is high: as a canvas is. */
const SHAPE = 1.7;
/** Between the rows of a folded graph: the curves that set off undos, and the way back to the left. */
const BETWEEN_ROWS = 132;

type Column = { readonly left: number; readonly right: number; readonly cards: readonly Placed[] };

/**
 * A choreography that is laid out, made to be read: columns with no events between them stand close, and a long graph is
 * folded into rows below each other, as text is.
 */
export function arranged(model: CanvasModel, laid: Positions): Positions {
  const places = placesOf(model);
  return folded(places, tightened(model, places, laid));
}

/** The card of an event names it: no chip stands between it and its neighbours. */
function tightened({ edges }: CanvasModel, places: readonly Placed[], laid: Positions): Positions {
  const named = new Set(
    edges.filter(({ source, target }) => !isTerminal(source) && !isTerminal(target)).map(({ source }) => source),
  );
  const next = new Map<string, Point>();
  let [shift, before] = [0, null as Column | null];
  for (const column of columnsOf(places, laid)) {
    const room = before && !before.cards.some(({ id }) => named.has(id)) ? column.left - before.right - TIGHT : 0;
    shift -= Math.max(0, room);
    for (const { id } of column.cards) next.set(id, { x: at(laid, id).x + shift, y: at(laid, id).y });
    before = column;
  }
  return next;
}

function folded(places: readonly Placed[], positions: Positions): Positions {
  const columns = columnsOf(places, positions);
  if (columns.length <= ROW_OF_COLUMNS) return positions;
  const whole = spanOf(places, positions);
  const width = (columns.at(-1)?.right ?? 0) - (columns[0]?.left ?? 0);
  const rows = Math.max(2, Math.round(Math.sqrt(width / (SHAPE * (whole.bottom - whole.top + BETWEEN_ROWS)))));
  const perRow = Math.ceil(columns.length / rows);
  const next = new Map<string, Point>();
  let y = 0;
  for (let first = 0; first < columns.length; first += perRow) {
    const row = columns.slice(first, first + perRow);
    const cards = row.flatMap((column) => column.cards);
    const left = row[0]?.left ?? 0;
    const { top, bottom } = spanOf(cards, positions);
    for (const { id } of cards) next.set(id, { x: at(positions, id).x - left, y: at(positions, id).y - top + y });
    y += bottom - top + BETWEEN_ROWS;
  }
  return next;
}

const at = (positions: Positions, id: string): Point => positions.get(id) ?? { x: 0, y: 0 };

const spanOf = (places: readonly Placed[], positions: Positions) => ({
  top: Math.min(...places.map(({ id }) => at(positions, id).y)),
  bottom: Math.max(...places.map(({ id, size }) => at(positions, id).y + size.height)),
});

/** Cards that stand above each other, from left to right. */
function columnsOf(places: readonly Placed[], positions: Positions): readonly Column[] {
  const sorted = [...places].sort((a, b) => at(positions, a.id).x - at(positions, b.id).x);
  const columns: Column[] = [];
  for (const place of sorted) {
    const { x } = at(positions, place.id);
    const last = columns.at(-1);
    const right = x + place.size.width;
    if (last && x < last.right)
      columns[columns.length - 1] = { ...last, right: Math.max(last.right, right), cards: [...last.cards, place] };
    else columns.push({ left: x, right, cards: [place] });
  }
  return columns;
}
