/** What a timer heap keeps: `timerIndex` is the heap's own note of where the item is, -1 when it is not there. */
export type Timed = { timerAt: number; timerIndex: number };

/** The timers of owned runs: one each, moved in place, so that memory does not grow with the steps taken. */
export class TimerHeap<T extends Timed> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** When the earliest timer is due; null when there is none. */
  next(): number | null {
    return this.#items[0]?.timerAt ?? null;
  }

  /** Sets, moves or (`at` null) removes an item's timer. */
  set(item: T, at: number | null): void {
    if (at === null) return this.#remove(item);
    if (item.timerIndex === -1) {
      item.timerAt = at;
      item.timerIndex = this.#items.push(item) - 1;
      this.#up(item.timerIndex);
      return;
    }
    if (item.timerAt === at) return;
    const earlier = at < item.timerAt;
    item.timerAt = at;
    if (earlier) this.#up(item.timerIndex);
    else this.#down(item.timerIndex);
  }

  /** Takes out one item that is due; null when none is. */
  takeDue(now: number): T | null {
    const first = this.#items[0];
    if (first === undefined || first.timerAt > now) return null;
    this.#remove(first);
    return first;
  }

  #remove(item: T): void {
    const index = item.timerIndex;
    if (index === -1) return;
    item.timerIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#put(last, index);
    this.#up(index);
    this.#down(last.timerIndex);
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.timerIndex = index;
  }

  #up(from: number): void {
    const item = this.#items[from] as T;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#items[above] as T;
      if (parent.timerAt <= item.timerAt) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(item, index);
  }

  #down(from: number): void {
    const item = this.#items[from] as T;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      const left = this.#items[child];
      if (left === undefined) break;
      const right = this.#items[child + 1];
      const least = right !== undefined && right.timerAt < left.timerAt ? right : left;
      if (least === right) child += 1;
      if (least.timerAt >= item.timerAt) break;
      this.#put(least, index);
      index = child;
    }
    this.#put(item, index);
  }
}
