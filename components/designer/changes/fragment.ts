import { parse, stringify } from "yaml";
import type { Positions } from "@/components/canvas/geometry";
import { isChoreography, type SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { toEditable } from "../document/to-editable";
import type { Change, Fragment, Layout } from "./change";
import { withEdges } from "./edge-changes";
import { freeId } from "./free-id";
import { pinned } from "./pin";
import { renameInExpression } from "./rename-in-expression";
import { renameReactionReads } from "./rename-reaction";
import { renameStepReads } from "./rename-step";

type Paste = Extract<Change, { type: "paste" }>;

/** The steps, the edges among them, and where they stand; of a choreography the reactions, with what undoes them. */
export function cutFragment(document: SagaDocument, ids: readonly string[], positions: Positions): Fragment {
  const chosen = new Set(ids);
  const steps = document.steps.filter((step) => chosen.has(step.id));
  const reactions = (document.reactions ?? []).filter((r) => chosen.has(r.id) || chosen.has(r.undoes ?? ""));
  return {
    steps,
    reactions,
    edges: edgesOf(document).filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)),
    layout: Object.fromEntries(
      [...steps, ...reactions].flatMap(({ id }) => (positions.has(id) ? [[id, { ...positions.get(id) }]] : [])),
    ) as Layout,
  };
}

/** Pasted steps get ids of their own; their reads of each other follow, reads of others stay as they are. */
export function pasteFragment(document: SagaDocument, { fragment, offset, pins }: Paste): SagaDocument {
  if (fragment.steps.length === 0) return document;
  const ids = pastedIds(document, fragment);
  const steps = fragment.steps.map((step) => ({ ...renameStepReads(step, ids), id: ids.get(step.id) ?? step.id }));
  const edges = fragment.edges.map((edge) => ({
    ...edge,
    from: ids.get(edge.from) ?? edge.from,
    to: ids.get(edge.to) ?? edge.to,
    ...(edge.when === undefined ? {} : { when: renameInExpression(edge.when, ids) }),
  }));
  const layout = Object.fromEntries(
    Object.entries(fragment.layout).map(([id, at]) => [ids.get(id) ?? id, { x: at.x + offset.x, y: at.y + offset.y }]),
  );
  const grown = withEdges({ ...document, steps: [...document.steps, ...steps] }, [...edgesOf(document), ...edges]);
  return pinned(grown, { ...pins, ...document.layout, ...layout });
}

/** The same of reactions: what undoes one of them undoes its copy; they react to the same events. */
export function pasteReactions(document: SagaDocument, { fragment, offset, pins }: Paste): SagaDocument {
  if (fragment.reactions.length === 0) return document;
  const ids = pastedIds(document, fragment);
  const nameOf = (id: string) => ids.get(id) ?? id;
  const reactions = fragment.reactions.map((reaction) => ({
    ...renameReactionReads(reaction, ids),
    id: nameOf(reaction.id),
    ...(reaction.undoes === undefined ? {} : { undoes: nameOf(reaction.undoes) }),
  }));
  const layout = Object.fromEntries(
    Object.entries(fragment.layout).map(([id, at]) => [nameOf(id), { x: at.x + offset.x, y: at.y + offset.y }]),
  );
  const grown = { ...document, reactions: [...(document.reactions ?? []), ...reactions] };
  return pinned(grown, { ...pins, ...document.layout, ...layout });
}

/** The id that each step or reaction of the fragment gets in the document. */
export function pastedIds(document: SagaDocument, fragment: Fragment): ReadonlyMap<string, string> {
  const [there, coming] = isChoreography(document)
    ? [document.reactions ?? [], fragment.reactions]
    : [document.steps, fragment.steps];
  const taken = new Set(there.map(({ id }) => id));
  const ids = new Map<string, string>();
  for (const { id } of coming) {
    const free = freeId(taken, id);
    taken.add(free);
    ids.set(id, free);
  }
  return ids;
}

/** As text for the clipboard: YAML that also reads well where somebody pastes it into a file. */
export function fragmentToText({ steps, edges, reactions, layout }: Fragment): string {
  const held = reactions.length > 0 ? { reactions, layout } : { steps, edges, layout };
  return stringify(held, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Steps, or reactions, from the clipboard's text, or null when it holds something else. */
export function fragmentFromText(text: string): Fragment | null {
  if (!/\b(steps|reactions)\b/.test(text) || text.length > 300_000) return null;
  try {
    const value: unknown = parse(text, { maxAliasCount: 20 });
    if (typeof value !== "object" || value === null) return null;
    const style = "reactions" in value ? { style: "choreography" } : {};
    const document = toEditable({ ...value, ...style, saga: "Clipboard" });
    if (!document) return null;
    const { steps, edges = [], reactions = [], layout = {} } = document;
    return steps.length + reactions.length === 0 ? null : { steps, edges, reactions, layout };
  } catch {
    return null;
  }
}
