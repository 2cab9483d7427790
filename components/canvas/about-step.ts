import type { StepDocument } from "@/engine/definition/document";
import type { CommandDocument } from "@/engine/definition/fields";
import type { StepKind } from "@/engine/definition/saga";
import { parseInstant } from "@/engine/expression/expression";
import { kindOf, type StepOf } from "./step-kind";
import { durationWords, momentWords } from "./when-words";

/** What a step is about: what it calls or runs; what it asks, sets or goes through; and how long it may take. */
export type About = { readonly command: string | null; readonly words: string | null; readonly time: string | null };

export const aboutStep = (step: StepDocument): About => kinds[kindOf(step)](step as never);

const kinds = {
  action: ({ action }) => about({ command: commandName(action) }),
  decision: () => about({}),
  wait: (step) => about({ time: step.until === undefined ? forWords(step.for) : untilWords(step.until) }),
  signal: ({ signal, timeout }) => about({ words: signal || "no name yet", time: timeWords("within", timeout) }),
  approval: ({ approvers, fourEyes, due }) =>
    about({ words: joined(byWords(approvers), fourEyes && "four eyes"), time: timeWords("due in", due) }),
  transform: ({ set }) => about({ words: `sets ${Object.keys(set).join(", ") || "nothing yet"}` }),
  forEach: ({ action, as, concurrency = 1 }) =>
    about({
      command: commandName(action),
      words: joined(`for each ${as || "…"}`, concurrency > 1 && `${concurrency} at once`),
    }),
  saga: ({ saga, timeout }) => about({ command: saga, time: timeWords("within", timeout) }),
} satisfies { readonly [K in StepKind]: (step: StepOf<K>) => About };

const about = (said: Partial<About>): About => ({ command: null, words: null, time: null, ...said });

export const joined = (...words: readonly (string | false | null | undefined)[]) => words.filter(Boolean).join(" · ");

const timeWords = (preposition: string, duration: string | undefined) =>
  duration === undefined ? null : `${preposition} ${durationWords(duration)}`;

const forWords = (duration: string | undefined) => `for ${durationWords(plain(duration ?? "…"))}`;

function untilWords(until: string): string {
  const at = parseInstant(until);
  return `until ${at === null ? plain(until) : momentWords(at)}`;
}

/** An expression without its marks, where it is nothing else: `${data.pickup_at}` is "data.pickup_at". */
const plain = (text: string) => /^\$\{([^{}]*)\}$/.exec(text)?.[1] ?? text;

function byWords(approvers: StepOf<"approval">["approvers"]): string {
  if ("role" in approvers) return `by ${approvers.role}s`;
  const [first, ...others] = approvers.users;
  if (first === undefined) return "by nobody yet";
  return others.length === 0 ? `by ${first}` : `by ${others.length + 1} people`;
}

/** `A.B` of a command, whichever way it was written. */
export const commandName = (command: CommandDocument | undefined): string =>
  typeof command === "string" ? command : (command?.command ?? "");
