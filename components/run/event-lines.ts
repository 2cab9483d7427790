import type { StateToken } from "@/components/canvas/status";
import type { LogEntry, Transition } from "@/engine/run/transition";
import { isInputEdited } from "./attempts";
import { type ChoreographyWords, type EventWords, eventWords, isTermination } from "./event-words";
import { eventIn, lateUndosOf } from "./late-undos";
import { actorWords } from "./plain-words";
import { transitionTone } from "./scrubber-marks";
import { sendingsOf } from "./sendings";

/** A row of the event list: one transition in words, with what is stored. */
export type EventLine = {
  readonly key: string;
  readonly seq: number;
  readonly n: number;
  readonly at: number;
  readonly actor: string | null;
  readonly step: string | null;
  readonly item: number | null;
  readonly tone: StateToken;
  readonly words: EventWords;
  readonly raw: Transition;
};

/** The log as lines, newest last; only those of `step` when one is named. */
export function toEventLines(
  entries: readonly LogEntry[],
  titles: ReadonlyMap<string, string>,
  step: string | null,
  choreography: ChoreographyWords | null = null,
): readonly EventLine[] {
  const titleOf = (id: string) => titles.get(id) ?? id;
  const sendings = sendingsOf(entries);
  const { done, reopened } = lateUndosOf(entries);
  return entries.flatMap((entry) => {
    const { seq, at, transitions } = entry;
    const terminated = isTermination(entry);
    const event = eventIn(entry);
    return transitions.flatMap((raw, index): EventLine[] => {
      const of = placeOf(raw);
      if (step !== null && of.step !== step) return [];
      const actor = entry.actor ?? (raw.type === "RunStarted" ? raw.startedBy : null);
      return [
        {
          key: `${seq}:${index}`,
          seq,
          n: index + 1,
          at,
          actor: actor === null ? null : actorWords(actor),
          step: of.step ?? null,
          item: of.item ?? null,
          tone: transitionTone(raw),
          words: eventWords(raw, {
            titleOf,
            at,
            terminated,
            isLate: done.has(raw) || reopened.has(raw),
            isEdited: of.step != null && isInputEdited(entry, of.step),
            sending: sendings.get(raw),
            event,
            choreography,
          }),
          raw,
        },
      ];
    });
  });
}

/** The step, and item, that a transition is about. */
function placeOf(t: Transition): { readonly step?: string | null | undefined; readonly item?: number | undefined } {
  if (t.type === "OperationAccepted" || t.type === "OperationRefused") return t.operation;
  return "step" in t ? t : {};
}
