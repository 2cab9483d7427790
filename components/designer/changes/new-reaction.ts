import { bringsAbout } from "@/engine/choreography/events";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { idFrom } from "./free-id";
import { onOf } from "./reaction-changes";

/** What the palette of a choreography offers: a reaction that sends a command, says an event, or undoes another. */
export type ReactionOffer = { readonly does: "send" | "emit" | "undo"; readonly command?: string };

/** A new reaction to those events, as complete as can be guessed. `undoes`: the one that it undoes. */
export function newReaction(
  document: SagaDocument,
  { does, command = "" }: ReactionOffer,
  on: readonly string[],
  undoes?: string,
): ReactionDocument {
  const heard = onOf(on.length > 0 ? on : [document.starts ?? ""]);
  const named = command && idFrom(command.slice(command.indexOf(".") + 1));
  if (does === "emit") {
    const emit = unsaidEnd(document);
    return { id: emit ? idFrom(`say_${emit}`) : "new_event", on: heard, emit };
  }
  if (does === "undo" && undoes !== undefined)
    return { id: named || `undo_${undoes}`, on: heard, send: command, undoes };
  return { id: named || "new_reaction", on: heard, send: command };
}

/** The first end of a run that nobody says yet. */
function unsaidEnd({ ends, reactions = [] }: SagaDocument): string {
  const said = new Set(reactions.flatMap(bringsAbout));
  return [...(ends?.completed ?? []), ...(ends?.failed ?? [])].find((type) => !said.has(type)) ?? "";
}
