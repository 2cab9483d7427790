import fc from "fast-check";
import { expect, test } from "vitest";
import { type Timed, TimerHeap } from "./timer-heap";

test("timers come out in order, each at its last time, and removed ones never", () => {
  const change = fc.tuple(fc.nat(20), fc.option(fc.nat(1_000), { nil: null }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const heap = new TimerHeap<Timed>();
      const items = Array.from({ length: 21 }, () => ({ timerAt: 0, timerIndex: -1 }));
      const expected = new Map<Timed, number>();
      for (const [index, at] of changes) {
        const item = items[index] as Timed;
        heap.set(item, at);
        if (at === null) expected.delete(item);
        else expected.set(item, at);
      }
      expect(heap.size).toBe(expected.size);
      const out: number[] = [];
      for (let item = heap.takeDue(1_000); item !== null; item = heap.takeDue(1_000)) {
        expect(expected.get(item)).toBe(item.timerAt);
        out.push(item.timerAt);
      }
      expect(out).toEqual([...expected.values()].sort((a, b) => a - b));
    }),
  );
});

test("nothing is due before its time", () => {
  const heap = new TimerHeap<Timed>();
  heap.set({ timerAt: 0, timerIndex: -1 }, 100);
  expect(heap.takeDue(99)).toBeNull();
  expect(heap.next()).toBe(100);
});
