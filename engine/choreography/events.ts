/** What a choreography's definition says of events: who reacts to them, who brings them about, and what they mean. */
import type { SagaDocument } from "../definition/document";
import type { ReactionDocument } from "./document";

export function reactsTo({ on }: Pick<ReactionDocument, "on">): readonly string[] {
  return typeof on === "string" ? [on] : on;
}

/** The events that come of a reaction, said by its service or by itself. */
export function bringsAbout({ expect, emit }: ReactionDocument): readonly string[] {
  return [...(expect ?? []), ...(emit === undefined ? [] : [emit])];
}

/** Every type of event that a definition names, in the order in which it does. */
export function eventsOf({ starts, reactions = [], ends }: SagaDocument): ReadonlySet<string> {
  return new Set([
    ...(starts === undefined ? [] : [starts]),
    ...reactions.flatMap((r) => [...reactsTo(r), ...bringsAbout(r)]),
    ...(ends?.completed ?? []),
    ...(ends?.failed ?? []),
  ]);
}

/** Those of the expected events of a reaction that say that it did not happen. */
export function failuresOf(r: ReactionDocument, document: SagaDocument): readonly string[] {
  if (r.fails !== undefined) return r.fails;
  const expected = r.expect ?? [];
  // One event alone can hardly mean that it failed.
  return expected.length < 2 ? [] : expected.filter((type) => meansFailure(type, document));
}

/** An event that something is undone on, or that ends a run failed, or that a failed end is said on. */
function meansFailure(type: string, { reactions = [], ends }: SagaDocument): boolean {
  const failed = ends?.failed ?? [];
  if (failed.includes(type)) return true;
  return reactions.some(
    (r) => reactsTo(r).includes(type) && (r.undoes !== undefined || (r.emit !== undefined && failed.includes(r.emit))),
  );
}
