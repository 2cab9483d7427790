"use client";
import { useCallback, useEffect, useState } from "react";
import type { LogEntry } from "@/engine/run/transition";

export const speeds = [1, 4, 16, 64] as const;
export type Speed = (typeof speeds)[number];

/** Where the reader stands in the log. Not replaying: at its end, wherever that moves. */
export type Replay = {
  /** How many entries are shown. */
  readonly count: number;
  readonly replaying: boolean;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly seek: (count: number) => void;
  readonly toEnd: () => void;
  readonly toggle: () => void;
  readonly setSpeed: (speed: Speed) => void;
};

/** No wait between two decisions is longer, and no flash shorter, whatever the log says. */
const LONGEST_MS = 1_500;
const SHORTEST_MS = 50;

/** Moves through `entries` by hand or by itself; play ends at the end and stays there. */
export function useReplay(entries: readonly LogEntry[]): Replay {
  const [at, setAt] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const last = entries.length;
  const count = at === null ? last : Math.min(at, last);
  const seek = useCallback(
    (to: number) => {
      setPlaying(false);
      setAt(Math.max(1, Math.min(to, last)));
    },
    [last],
  );
  const toEnd = useCallback(() => {
    setPlaying(false);
    setAt(null);
  }, []);
  const toggle = useCallback(() => {
    setPlaying(!playing);
    if (!playing) setAt(count >= last ? 1 : count);
  }, [playing, count, last]);
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(
      () => {
        if (count < last) setAt(count + 1);
        if (count + 1 >= last) toEnd();
      },
      waitFor(entries, count, speed),
    );
    return () => clearTimeout(timer);
  }, [playing, count, last, speed, entries, toEnd]);
  return { count, replaying: at !== null, playing, speed, seek, toEnd, toggle, setSpeed };
}

function waitFor(entries: readonly LogEntry[], count: number, speed: Speed): number {
  const gap = (entries[count]?.at ?? 0) - (entries[count - 1]?.at ?? 0);
  return Math.max(SHORTEST_MS, Math.min(LONGEST_MS, gap / speed));
}
