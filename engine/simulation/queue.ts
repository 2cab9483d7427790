/** What happens next: things with a time, earliest first, in the order they were put where times are equal. */
export class Queue<T> {
  readonly #heap: { readonly at: number; readonly place: number; readonly what: T }[] = [];
  #place = 0;

  get size(): number {
    return this.#heap.length;
  }

  put(at: number, what: T): void {
    const heap = this.#heap;
    heap.push({ at, place: this.#place++, what });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  take(): { readonly at: number; readonly what: T } | null {
    const heap = this.#heap;
    const first = heap[0];
    if (!first) return null;
    this.#swap(0, heap.length - 1);
    heap.pop();
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < heap.length && this.#isBefore(child, least)) least = child;
      if (least === i) return first;
      this.#swap(i, least);
      i = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (!x || !y) return false;
    return x.at === y.at ? x.place < y.place : x.at < y.at;
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (!x || !y) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }
}
