import type { Moved } from "./orchestrator";

const everyMs = 50;

/** Tells which runs moved: at once when it has been quiet, else at most each 50 ms. Only the last `seq` of each counts. */
export class Moves {
  readonly #tell: (moved: readonly Moved[]) => void;
  #seqs = new Map<string, number>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (moved: readonly Moved[]) => void) {
    this.#tell = tell;
  }

  add(run: string, seq: number): void {
    if ((this.#seqs.get(run) ?? 0) < seq) this.#seqs.set(run, seq);
    if (this.#timer) return;
    const wait = Math.max(0, this.#toldAt + everyMs - performance.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #flush(): void {
    this.#timer = null;
    this.#toldAt = performance.now();
    const moved = [...this.#seqs].map(([run, seq]) => ({ run, seq }));
    this.#seqs = new Map();
    this.#tell(moved);
  }
}
