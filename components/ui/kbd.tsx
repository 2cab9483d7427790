"use client";
import { type ReactNode, useSyncExternalStore } from "react";
import { cn } from "./cn";

/** A key or chord. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return <kbd className={cn("font-sans text-ink-3 text-xs", className)}>{children}</kbd>;
}

/** A key pressed together with the platform's command key: ⌘K on a Mac, Ctrl K elsewhere. */
export function CommandKbd({ letter, className }: { letter: string; className?: string }) {
  const mac = useSyncExternalStore(subscribe, onMac, () => false);
  return <Kbd {...(className ? { className } : {})}>{mac ? `⌘${letter}` : `Ctrl ${letter}`}</Kbd>;
}

const subscribe = () => () => {};
const onMac = () => /Mac|iP(hone|ad|od)/.test(navigator.platform);
