"use client";
import { useEffect, useMemo, useRef } from "react";
import type { Saga } from "@/engine/definition/saga";
import type { LogEntry } from "@/engine/run/transition";
import { extendHistory, type History } from "./history";

/** The history of a log that grows: each new entry is folded onto what is known. */
export function useHistory(saga: Saga, entries: readonly LogEntry[]): History {
  const previous = useRef<History | null>(null);
  const history = useMemo(() => extendHistory(previous.current, saga, entries), [saga, entries]);
  useEffect(() => {
    previous.current = history;
  }, [history]);
  return history;
}
