import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { stepIdPattern } from "@/engine/definition/fields";
import { pinned } from "./pin";
import { renameInExpression, renameInValue } from "./rename-in-expression";

/** A new id everywhere it is named: its reaction, what undoes it, its position, and every expression that reads it. */
export function renameReaction(document: SagaDocument, from: string, to: string): SagaDocument {
  const { reactions = [], layout = {} } = document;
  const has = (id: string) => reactions.some((reaction) => reaction.id === id);
  if (from === to || has(to) || !has(from) || !stepIdPattern.test(to)) return document;
  const ids = new Map([[from, to]]);
  const nameOf = (id: string) => ids.get(id) ?? id;
  const renamed = reactions.map((reaction) => {
    const read = renameReactionReads(reaction, ids);
    const named = read.id === from ? { ...read, id: to } : read;
    return named.undoes === from ? { ...named, undoes: to } : named;
  });
  const moved = Object.fromEntries(Object.entries(layout).map(([id, at]) => [nameOf(id), at]));
  return pinned({ ...document, reactions: renamed }, moved);
}

/** The reaction with its expressions reading the new names; the same object when none does. */
export const renameReactionReads = (reaction: ReactionDocument, ids: ReadonlyMap<string, string>): ReactionDocument =>
  rewriteReaction(reaction, (expression) => renameInExpression(expression, ids));

/** The reaction with what `rewrite` makes of each of its expressions. */
export function rewriteReaction(reaction: ReactionDocument, rewrite: (expression: string) => string): ReactionDocument {
  const { when, input, http } = reaction;
  const next = {
    ...(when === undefined ? {} : { when: rewrite(when) }),
    ...(input === undefined ? {} : { input: renameInValue(input, rewrite) }),
    ...(http?.path === undefined ? {} : { http: { ...http, path: renameInValue(http.path, rewrite) as string } }),
  };
  const same = next.when === when && next.input === input && next.http?.path === http?.path;
  return same ? reaction : { ...reaction, ...next };
}
