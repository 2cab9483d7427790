/** The participant's ledger: a file with one line for each thing that came or happened, the witness of it all. */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * `call`: a request came. `effect`: an action took effect. `undo`: it was undone. `tombstone`: an undo came before its
 * action, which is refused from now on. `refused`: such an action came.
 */
export type LedgerEntry = {
  readonly what: "call" | "effect" | "undo" | "tombstone" | "refused";
  readonly at: number;
  readonly run: string;
  readonly step: string;
  /** Of a forEach: which item. */
  readonly item?: number;
  readonly half: "action" | "compensation";
  readonly key: string;
  readonly attempt: number;
};

export function readLedger(file: string): readonly LedgerEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  // A line that was being written when its process was killed has no end, and its call no answer.
  lines.pop();
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

/** Survives kill -9: what was written is the operating system's, and is read again at the next start. */
export class Ledger {
  readonly #file: number;
  readonly #effects = new Set<string>();
  readonly #undone = new Set<string>();
  readonly #tombstones = new Set<string>();

  constructor(path: string) {
    for (const entry of readLedger(path)) this.#remember(entry, entry.key);
    this.#file = openSync(path, "a");
  }

  note(entry: LedgerEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  /** Once for each key, and never after its undo: false when it is refused for that. */
  act(entry: Omit<LedgerEntry, "what">): boolean {
    if (this.#tombstones.has(entry.key)) {
      this.note({ ...entry, what: "refused" });
      return false;
    }
    if (!this.#effects.has(entry.key)) this.#write({ ...entry, what: "effect" }, entry.key);
    return true;
  }

  /** `of`: the key of the action to undo; it is undone once, whatever comes under whatever key. */
  undo(entry: Omit<LedgerEntry, "what">, of: string): void {
    if (this.#undone.has(of) || this.#tombstones.has(of)) return;
    this.#write({ ...entry, what: this.#effects.has(of) ? "undo" : "tombstone", key: of }, of);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(entry: LedgerEntry, key: string): void {
    this.note(entry);
    this.#remember(entry, key);
  }

  #remember({ what }: LedgerEntry, key: string): void {
    if (what === "effect") this.#effects.add(key);
    if (what === "undo") this.#undone.add(key);
    if (what === "tombstone") this.#tombstones.add(key);
  }
}
