"use client";
import { useCallback, useEffect, useRef } from "react";

/** Above this many characters, reading the text at each key would be felt. */
const LONG = 20_000;
const PAUSE_MS = 250;

/** Tells of typing at once, or at the next pause when the text is long; `flush` tells now. */
export function useUnhurried(onType: (text: string) => void) {
  const tell = useRef(onType);
  tell.current = onType;
  const waiting = useRef<{ text: string; timer: ReturnType<typeof setTimeout> }>(undefined);
  const flush = useCallback(() => {
    if (!waiting.current) return;
    const { text, timer } = waiting.current;
    clearTimeout(timer);
    waiting.current = undefined;
    tell.current(text);
  }, []);
  const type = useCallback(
    (text: string) => {
      clearTimeout(waiting.current?.timer);
      waiting.current = { text, timer: setTimeout(flush, text.length > LONG ? PAUSE_MS : 0) };
      if (text.length <= LONG) flush();
    },
    [flush],
  );
  useEffect(() => flush, [flush]);
  return { type, flush };
}
