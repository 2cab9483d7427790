/** What every rule about choreographies reads, and how it says where something is wrong. */
import type { SagaDocument } from "../../definition/document";
import type { Problem } from "../../problem";
import type { ReactionDocument } from "../document";
import { bringsAbout, reactsTo } from "../events";

export type Found = {
  readonly document: SagaDocument;
  readonly reactions: readonly ReactionDocument[];
  readonly observed: boolean;
  readonly starts: string;
  readonly ends: { readonly completed: readonly string[]; readonly failed: readonly string[] };
  /** Every event that the start or a reaction brings about. */
  readonly said: ReadonlySet<string>;
  /** Those of them that can come, going from the start from reaction to reaction. */
  readonly reachable: ReadonlySet<string>;
};

export type Rule = (found: Found) => readonly Problem[];
export type Where = { readonly path: readonly (string | number)[]; readonly step?: string };

export function reachableFrom(starts: string, reactions: readonly ReactionDocument[]): ReadonlySet<string> {
  const reached = new Set([starts]);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const r of reactions)
      if (reactsTo(r).some((type) => reached.has(type))) for (const type of bringsAbout(r)) reached.add(type);
  }
  return reached;
}

/** Of a reaction, and of a field of it where one is to blame. */
export function at({ reactions }: Found, r: ReactionDocument, ...field: (string | number)[]): Where {
  return { path: ["reactions", reactions.indexOf(r), ...field], step: r.id };
}

export const each =
  (rule: (found: Found, r: ReactionDocument) => readonly Problem[]): Rule =>
  (found) =>
    found.reactions.flatMap((r) => rule(found, r));

/** What a person calls a reaction: its title; without one its id. */
export const called = ({ id, title }: Pick<ReactionDocument, "id" | "title">): string => (title ? `"${title}"` : id);

export function calledById({ reactions }: Found, id: string): string {
  const reaction = reactions.find((r) => r.id === id);
  return reaction ? called(reaction) : id;
}
