import { sentence } from "@/components/attention/reasons";
import { awaitedDelivery } from "@/components/canvas/awaited-delivery";
import type { SagaStep } from "@/engine/definition/saga";
import { type HalfState, isInDoubt, type StepState, type WorkState } from "@/engine/run/state";
import { errorWords } from "./event-words";
import { explainError } from "./plain-words";

/** What is the matter with a step or item now. `failed`: it failed and stays so, for now; `neutral`: it goes on by itself. */
export type News = { readonly tone: "failed" | "neutral"; readonly title: string; readonly text: string };

/** What holds now, of the action and of the undo. What an attempt before said stands in the list of attempts. */
export function newsOf(spec: SagaStep, step: StepState, work: WorkState): readonly News[] {
  // What the items did is said of each: together they may have done some of it.
  const isOne = step.items === null || work !== step;
  const called = (spec.action !== null || spec.kind === "saga") && isOne;
  return [actionNews(work, called), undoNews(work)].filter((news) => news !== null);
}

function actionNews(work: WorkState, called: boolean): News | null {
  const { action, probe, status, effect } = work;
  const isAsked = probe !== null && (probe.open !== null || probe.retryAt !== null);
  if (status === "executing") return isAsked ? underWay(probe, "The question") : underWay(action, "The command");
  if (action.error === null || status === "skipped" || (effect === "happened" && status !== "failed")) return null;
  return { tone: "failed", ...explainError(action.error, called ? "action" : null, shown(work)) };
}

function undoNews({ undo, status, effect }: WorkState): News | null {
  if (status === "compensating") return underWay(undo, "The undo");
  if (undo.error === null || status !== "compensation_failed") return null;
  const { title, text } = explainError(undo.error, "compensation", effect);
  return { tone: "failed", title: `Undo: ${title}`, text };
}

/** Of what is under way: that it waits for its carrier, or for another attempt; an attempt that was sent is no news. */
function underWay(half: HalfState, what: "The command" | "The question" | "The undo"): News | null {
  const carrier = awaitedDelivery(half);
  if (carrier !== null)
    return {
      tone: "neutral",
      title: `${what} waits for ${carrier}`,
      text: "It was not sent yet, and goes out by itself as soon as it can.",
    };
  if (half.error === null || half.retryAt === null) return null;
  const went = half.unsettled.includes(half.attempt) ? "ended without an answer" : "failed";
  return {
    tone: "neutral",
    title: `Attempt ${half.attempt} ${went}; it is tried again`,
    text: sentence(errorWords(half.error)),
  };
}

/** A failure after an attempt that nobody knows the outcome of is not known either. */
const shown = (work: WorkState) => (isInDoubt(work.action) ? "unknown" : work.effect);
