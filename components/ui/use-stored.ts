"use client";
import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
};

const read = (key: string) => {
  try {
    return localStorage.getItem(`saga-studio.${key}`);
  } catch {
    return null;
  }
};

/** A string this browser remembers under `key`, and its setter; the fallback while rendering on the server. */
export function useStored(key: string, fallback: string): readonly [string, (value: string) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => read(key) ?? fallback,
    () => fallback,
  );
  const set = useCallback(
    (next: string) => {
      try {
        localStorage.setItem(`saga-studio.${key}`, next);
      } catch {
        // Without storage the value lasts as long as the default: nothing to remember it with.
      }
      for (const listener of listeners) listener();
    },
    [key],
  );
  return [value, set];
}
