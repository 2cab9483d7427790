const most = 10_000;

/** How often something has failed in this process. Of too many things those are forgotten that failed longest ago. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Answers the count with this one. */
  add(what: string): number {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.delete(what);
    this.#counts.set(what, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > most && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  clear(what: string): void {
    this.#counts.delete(what);
  }
}
