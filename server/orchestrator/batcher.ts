/**
 * Group commit for what comes from outside: everything that waits goes as one batch while the one before is under way,
 * so that batches adapt to the load by themselves and a lonely request waits for nothing.
 */
export class Batcher<T, R> {
  readonly #send: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #most: number;
  #waiting: { item: T; resolve: (result: R) => void; reject: (error: unknown) => void }[] = [];
  #busy = false;

  /** `send` answers one result for each item, in order. */
  constructor(most: number, send: (items: readonly T[]) => Promise<readonly R[]>) {
    this.#most = most;
    this.#send = send;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#most);
      this.#waiting = this.#waiting.slice(this.#most);
      try {
        const results = await this.#send(batch.map((entry) => entry.item));
        for (const [index, entry] of batch.entries()) entry.resolve(results[index] as R);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    this.#busy = false;
  }
}
