import { CircleCheck, CircleX, LogIn, type LucideIcon, Play } from "lucide-react";
import type { Terminal, TerminalRole } from "./canvas-model";
import type { Mark } from "./choreography-face";

type TerminalFace = { readonly icon: LucideIcon; readonly word: string; readonly tone: string };

/** What an event at the edge of a choreography does, in a word. */
export const terminalFaces: Readonly<Record<TerminalRole, TerminalFace>> = {
  start: { icon: Play, word: "starts with", tone: "text-ink-2" },
  completed: { icon: CircleCheck, word: "ends well with", tone: "text-state-completed" },
  failed: { icon: CircleX, word: "ends failed with", tone: "text-state-failed" },
  outside: { icon: LogIn, word: "comes from outside", tone: "text-ink-2" },
};

/** The same for a screen reader. */
export const terminalLabel = ({ event, role }: Terminal, mark: Mark): string =>
  [event, terminalFaces[role].word, markWords[mark]].filter(Boolean).join(", ");

export const markWords = {
  ".": null,
  "-": "not heard",
  h: "heard",
  u: "heard, not expected",
} as const satisfies Record<Mark, string | null>;
