import { describe, expect, test } from "vitest";
import type { LogEntry } from "@/engine/run/transition";
import { joinLog } from "./run-log";

const entry = (seq: number): LogEntry => ({ seq, at: 0, actor: null, transitions: [] });
const seqs = (log: readonly LogEntry[] | null) => log?.map((one) => one.seq) ?? null;

describe("joinLog", () => {
  test("appends what follows", () => {
    expect(seqs(joinLog([entry(1)], [entry(2), entry(3)]))).toEqual([1, 2, 3]);
  });

  test("leaves out what is there already", () => {
    expect(seqs(joinLog([entry(1), entry(2)], [entry(2), entry(3)]))).toEqual([1, 2, 3]);
  });

  test("changes nothing for what is old", () => {
    const log = [entry(1), entry(2)];
    expect(joinLog(log, [entry(1)])).toBe(log);
  });

  test("says that something between is missing", () => {
    expect(joinLog([entry(1)], [entry(3)])).toBeNull();
  });
});
