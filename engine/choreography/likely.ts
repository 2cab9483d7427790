/** Whether anything made an event likely to come. */
import type { Reaction } from "../definition/saga";
import type { Draft } from "../draft";
import { isEnded } from "../run/state";
import { choreographyOf, endsAs, heardBy, isOver } from "./reactions";

/** Nothing waited for it: is it the first of those that come from outside, or said before anybody could expect it? */
export function isLikely(draft: Draft, type: string, firing: readonly Reaction[]): boolean {
  const { starts, reactions } = choreographyOf(draft.saga);
  const isFirst = !heardBy(draft.state).heard.some((h) => h.type === type);
  if (isFirst && (isBelated(draft, type) || isSettledByHand(draft, type))) return true;
  if (isEnded(draft.state)) return firing.length > 0;
  if (type === starts) return isFirst;
  if (reactions.some((r) => r.expect.includes(type) || (r.emit === type && r.half === "action"))) return false;
  return firing.length > 0 || (endsAs(draft.saga, type) !== null && !isOver(draft.state));
}

/** Services that act by themselves go on a while after an end: what comes of a reaction that it kept from firing here. */
function isBelated(draft: Draft, type: string): boolean {
  const { mode, reactions } = choreographyOf(draft.saga);
  if (mode !== "observe" || !isOver(draft.state)) return false;
  const { heard, fired } = heardBy(draft.state);
  return reactions.some(
    (r) =>
      r.half === "action" &&
      r.expect.includes(type) &&
      !fired.some((f) => f.reaction === r.id) &&
      heard.some((h) => r.on.includes(h.type)),
  );
}

/** A reaction of which a person said what came of it, before any of its events did. */
function isSettledByHand(draft: Draft, type: string): boolean {
  const { heard, fired } = heardBy(draft.state);
  return choreographyOf(draft.saga).reactions.some(
    (r) =>
      r.half === "action" &&
      r.expect.includes(type) &&
      draft.step(r.step).status !== "executing" &&
      fired.some((f) => f.reaction === r.id) &&
      !heard.some((h) => r.expect.includes(h.type)),
  );
}
