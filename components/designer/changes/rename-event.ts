import { eventType } from "@/engine/choreography/document";
import { eventsOf, reactsTo } from "@/engine/choreography/events";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { onOf } from "./reaction-changes";
import { renameEventInExpression } from "./rename-in-expression";
import { rewriteReaction } from "./rename-reaction";

/**
 * An event by another name, everywhere: who says it, who reacts to it, what it begins, ends or tells of, and every
 * expression that reads it. A name that another event has makes the two one.
 */
export function renameEvent(document: SagaDocument, from: string, to: string): SagaDocument {
  if (from === to || !eventsOf(document).has(from) || !eventType.safeParse(to).success) return document;
  const name = (type: string) => (type === from ? to : type);
  const { reactions = [], starts, ends } = document;
  return {
    ...document,
    ...(starts === undefined ? {} : { starts: name(starts) }),
    ...(ends === undefined
      ? {}
      : { ends: { completed: names(ends.completed, name), failed: names(ends.failed, name) } }),
    reactions: reactions.map((reaction) => renameIn(reaction, name, from, to)),
  };
}

function renameIn(reaction: ReactionDocument, name: (type: string) => string, from: string, to: string) {
  const { expect, fails, emit } = reaction;
  const named: ReactionDocument = {
    ...reaction,
    on: onOf(names(reactsTo(reaction), name)),
    ...(expect === undefined ? {} : { expect: names(expect, name) }),
    ...(fails === undefined ? {} : { fails: names(fails, name) }),
    ...(emit === undefined ? {} : { emit: name(emit) }),
  };
  const rewritten = rewriteReaction(named, (expression) => renameEventInExpression(expression, from, to));
  return JSON.stringify(rewritten) === JSON.stringify(reaction) ? reaction : rewritten;
}

const names = (types: readonly string[], name: (type: string) => string): string[] => [...new Set(types.map(name))];
