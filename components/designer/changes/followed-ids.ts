import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { freeId, idFrom } from "./free-id";

/** A reaction and the id that it is to have. */
export type Renaming = { readonly from: string; readonly to: string };

/** The id of a reaction that nobody gave it by hand follows its title, or else its command; and with it that of its undo. */
export function followedIds({ reactions = [] }: SagaDocument, id: string): readonly Renaming[] {
  const reaction = reactions.find((one) => one.id === id);
  if (!reaction || !isGiven(reaction)) return [];
  const wish = wishesOf(reaction)[0] ?? id;
  const others = new Set(reactions.flatMap((one) => (one.id === id ? [] : [one.id])));
  if (isMadeOf(id, wish)) return [];
  const to = freeId(others, wish);
  const undos = reactions.filter((one) => one.undoes === id && isMadeOf(one.id, `undo_${id}`));
  return [
    { from: id, to },
    ...undos.map((undo) => ({ from: undo.id, to: freeId(new Set([...others, to]), `undo_${to}`) })),
  ];
}

/** As it was wished, or with the number by which it gave way to another. */
const isMadeOf = (id: string, wish: string) => id === wish || id.replace(/_\d+$/, "") === wish;

/** What an id was made of: one that is none of these was given by hand. */
function isGiven(reaction: ReactionDocument): boolean {
  const made = [...wishesOf(reaction), "new_reaction", "new_event", `undo_${reaction.undoes}`];
  return made.some((wish) => isMadeOf(reaction.id, wish)) || isBegun(reaction);
}

/** Said of an event before that event was another one. */
const isBegun = ({ id, emit }: ReactionDocument) => emit !== undefined && id.startsWith("say_");

function wishesOf({ title, send, emit, undoes }: ReactionDocument): readonly string[] {
  const command = send?.slice(send.indexOf(".") + 1);
  return [
    ...(title ? [idFrom(title)] : []),
    ...(command ? [idFrom(command)] : []),
    ...(emit ? [idFrom(`say_${emit}`)] : []),
    ...(undoes === undefined ? [] : [`undo_${undoes}`]),
  ];
}
