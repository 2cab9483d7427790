import { expect, test } from "vitest";
import { ClaimLine, type Look } from "./claim-line";

type Item = { readonly id: string; readonly lease: string };
const item = (id: string): Item => ({ id, lease: "l" });
const ids = (items: readonly Item[]) => items.map(({ id }) => id);

/** A queue that is looked at only when the test answers. */
function lineOf() {
  const looks: {
    most: number;
    answer: (items: readonly Item[], found?: number) => void;
    fail: (error: Error) => void;
  }[] = [];
  const released: string[] = [];
  const look: Look<Item> = (most) =>
    new Promise((resolve, reject) => {
      const answer = (items: readonly Item[], found = items.length) => resolve({ items, found });
      looks.push({ most, answer, fail: reject });
    });
  const line = new ClaimLine<Item>(look, (items) => released.push(...ids(items)));
  const next = async () => {
    await expect.poll(() => looks.length, { interval: 1 }).toBeGreaterThan(0);
    return looks.shift() as (typeof looks)[number];
  };
  return { line, next, looks, released };
}

const waiting = (max: number, signal = new AbortController().signal) => ({ max, waitMs: 10_000, signal });

test("those who come together are looked for together, and a burst is dealt round", async () => {
  const { line, next, looks } = lineOf();
  const all = [line.join(waiting(1)), line.join(waiting(3)), line.join(waiting(2))];
  const look = await next();
  expect(look.most).toBe(6);
  look.answer(["a", "b", "c", "d", "e"].map(item));
  expect((await Promise.all(all)).map(ids)).toEqual([["a"], ["b", "d"], ["c", "e"]]);
  expect(line.length).toBe(0);
  expect(looks).toEqual([]);
});

test("there is one look at a time, and one more for whatever came meanwhile", async () => {
  const { line, next, looks } = lineOf();
  const first = line.join(waiting(1));
  const look = await next();
  const second = line.join(waiting(1));
  for (let i = 0; i < 5; i += 1) line.wake();
  expect(looks).toEqual([]);
  look.answer([item("a")]);
  expect(ids(await first)).toEqual(["a"]);
  const again = await next();
  expect(again.most).toBe(1);
  again.answer([]);
  await expect.poll(() => looks.length).toBe(0);
  line.wake();
  (await next()).answer([item("b")]);
  expect(ids(await second)).toEqual(["b"]);
});

test("what is claimed for one who hung up goes to the next, or back", async () => {
  const { line, next, released } = lineOf();
  const hangUp = new AbortController();
  const gone = line.join(waiting(2, hangUp.signal));
  const look = await next();
  hangUp.abort();
  expect(await gone).toEqual([]);
  const stays = line.join(waiting(1));
  look.answer([item("a"), item("b")]);
  expect(ids(await stays)).toEqual(["a"]);
  expect(released).toEqual(["b"]);
  expect(await line.join(waiting(1, AbortSignal.abort()))).toEqual([]);
});

test("whoever does not wait is looked for once", async () => {
  const { line, next, looks } = lineOf();
  const asked = line.join({ ...waiting(1), waitMs: 0 });
  (await next()).answer([]);
  expect(await asked).toEqual([]);
  expect(looks).toEqual([]);
});

test("when all that was found was unwanted, there is another look", async () => {
  const { line, next } = lineOf();
  const asked = line.join({ ...waiting(1), waitMs: 50 });
  (await next()).answer([], 1);
  (await next()).answer([item("b")]);
  expect(ids(await asked)).toEqual(["b"]);
});

test("a look that fails is told to those it was for, and the line goes on", async () => {
  const { line, next } = lineOf();
  const asked = line.join(waiting(1));
  (await next()).fail(new Error("away"));
  await expect(asked).rejects.toThrow("away");
  const again = line.join(waiting(1));
  (await next()).answer([item("a")]);
  expect(ids(await again)).toEqual(["a"]);
});

test("when the server stops, everybody is let go", async () => {
  const { line, next } = lineOf();
  const asked = [line.join(waiting(1)), line.join(waiting(1))];
  (await next()).answer([]);
  line.dismiss();
  expect(await Promise.all(asked)).toEqual([[], []]);
});
