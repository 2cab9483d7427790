import { parse, stringify } from "yaml";
import type { Positions } from "@/components/canvas/geometry";
import type { SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { toEditable } from "../document/to-editable";
import type { Change, Fragment, Layout } from "./change";
import { withEdges } from "./edge-changes";
import { freeId } from "./free-id";
import { pinned } from "./pin";
import { renameInExpression } from "./rename-in-expression";
import { renameStepReads } from "./rename-step";

type Paste = Extract<Change, { type: "paste" }>;

/** The steps, the edges among them, and where they stand. */
export function cutFragment(document: SagaDocument, ids: readonly string[], positions: Positions): Fragment {
  const chosen = new Set(ids);
  const steps = document.steps.filter((step) => chosen.has(step.id));
  return {
    steps,
    edges: edgesOf(document).filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)),
    layout: Object.fromEntries(
      steps.flatMap(({ id }) => (positions.has(id) ? [[id, { ...positions.get(id) }]] : [])),
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

/** The id that each step of the fragment gets in the document. */
export function pastedIds(document: SagaDocument, fragment: Fragment): ReadonlyMap<string, string> {
  const taken = new Set(document.steps.map((step) => step.id));
  const ids = new Map<string, string>();
  for (const { id } of fragment.steps) {
    const free = freeId(taken, id);
    taken.add(free);
    ids.set(id, free);
  }
  return ids;
}

/** As text for the clipboard: YAML that also reads well where somebody pastes it into a file. */
export const fragmentToText = (fragment: Fragment): string => stringify(fragment, { lineWidth: 0 });

/** Steps from the clipboard's text, or null when it holds something else. */
export function fragmentFromText(text: string): Fragment | null {
  if (!text.includes("steps") || text.length > 300_000) return null;
  try {
    const value: unknown = parse(text, { maxAliasCount: 20 });
    if (typeof value !== "object" || value === null) return null;
    const document = toEditable({ ...value, saga: "Clipboard" });
    if (!document || document.steps.length === 0) return null;
    return { steps: document.steps, edges: document.edges ?? [], layout: document.layout ?? {} };
  } catch {
    return null;
  }
}
