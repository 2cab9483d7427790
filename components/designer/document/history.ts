import { applyChange } from "../changes/apply-change";
import type { Change } from "../changes/change";
import { readCode, type Snapshot } from "./code";

/**
 * The one undo history of a draft: what was typed, drawn or filled in, in order. Changes that carry the same `merge` and
 * follow each other within a moment are one step of it. Times are epoch milliseconds and come with the action.
 */
export type History = {
  readonly past: readonly Snapshot[];
  readonly present: Snapshot;
  readonly future: readonly Snapshot[];
  readonly last: { readonly merge: string; readonly at: number } | null;
};

export type HistoryAction =
  | { readonly type: "change"; readonly change: Change; readonly at: number; readonly merge?: string }
  | { readonly type: "type-code"; readonly text: string; readonly at: number }
  | { readonly type: "discard-code" }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  /** Somebody else's save takes the place of this draft; one can still go back to one's own. */
  | { readonly type: "load"; readonly snapshot: Snapshot };

const MOMENT_MS = 1_200;
const LONGEST = 300;

export const beginHistory = (present: Snapshot): History => ({ past: [], present, future: [], last: null });

export function historyReducer(history: History, action: HistoryAction): History {
  switch (action.type) {
    case "change":
      return history.present.broken ? history : push(history, changed(history.present, action.change), action);
    case "type-code":
      return push(history, readCode(history.present, action.text), { at: action.at, merge: "code" });
    case "discard-code":
      return push(history, { ...history.present, source: null, broken: null }, {});
    case "undo":
      return undo(history);
    case "redo":
      return redo(history);
    case "load":
      return push(history, action.snapshot, {});
  }
}

function changed(present: Snapshot, change: Change): Snapshot {
  const document = applyChange(present.document, change);
  return document === present.document ? present : { ...present, document };
}

function push(history: History, present: Snapshot, { merge, at = 0 }: { merge?: string; at?: number }): History {
  if (present === history.present) return history;
  const last = merge === undefined ? null : { merge, at };
  const joins = history.last !== null && history.last.merge === merge && at - history.last.at < MOMENT_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-LONGEST);
  return { past, present, future: [], last };
}

function undo(history: History): History {
  const present = history.past.at(-1);
  if (!present) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], last: null };
}

function redo(history: History): History {
  const [present, ...future] = history.future;
  return present ? { past: [...history.past, history.present], present, future, last: null } : history;
}
