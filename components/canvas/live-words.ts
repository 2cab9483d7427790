import type { StepState, Waiting } from "@/engine/run/state";
import { joined } from "./about-step";
import { awaitedDelivery } from "./awaited-delivery";
import type { CanvasStep } from "./canvas-model";
import { toItemsFace } from "./items-face";
import { momentWords } from "./when-words";

/** What goes on in a step at this moment, where its card says else what it is about; null: nothing to tell. */
export function liveWords(step: CanvasStep, state: StepState): string | null {
  const { kind, about, events } = step;
  if (state.waiting) return joined(about.words, untilWords(state.waiting) ?? about.time);
  if (state.items) return toItemsFace(step, state.items).trouble;
  const carrier = awaitedDelivery(state.probe ?? state.action);
  if (carrier !== null) return `waits for ${carrier}`;
  if (isAsking(state)) return "asking whether it happened";
  if (state.action.open?.accepted && events && events.expects.length > 0)
    return `waits for ${events.expects.join(" or ")}`;
  if (state.action.open?.accepted) return kind === "saga" ? "its run is under way" : "waits for its reply";
  return null;
}

/** The service is asked what an unknown action did (F11). */
const isAsking = ({ probe }: StepState) => probe !== null && (probe.open !== null || probe.retryAt !== null);

const untilWords = ({ since, dueAt }: Waiting) => (dueAt === null ? null : `until ${momentWords(dueAt, since)}`);
