"use client";
import { useMemo } from "react";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { cardsOf } from "@/components/canvas/choreography-model";
import { CARD, GAP, type Point } from "@/components/canvas/geometry";
import { layoutGraph } from "@/components/canvas/layout";
import { toast } from "@/components/ui/toaster";
import { addChange, isReactionOffer, type Spot } from "../canvas/edits";
import type { Fragment } from "../changes/change";
import { leavesNoEdge } from "../changes/delete-parts";
import { isLastCause } from "../changes/delete-reactions";
import { cutFragment, fragmentFromText, fragmentToText, pastedIds } from "../changes/fragment";
import type { ReactionOffer } from "../changes/new-reaction";
import type { Offer } from "../changes/new-step";
import { isEmpty } from "../document/problems";
import { type DesignerContextValue, useDesigner } from "./designer-context";
import { reactionEdits } from "./reaction-edits";

const AWAY = 32;

/** Below the copied cards, so that a copy hides nothing. */
function belowOf(fragment: Fragment): Point {
  const heights = Object.values(fragment.layout).map((at) => at.y);
  if (heights.length === 0) return { x: AWAY, y: AWAY };
  return { x: 0, y: Math.max(...heights) - Math.min(...heights) + CARD.height + GAP.row };
}

/** Everything one can do to the graph, as verbs for buttons, keys and menus alike. */
export function useEdits() {
  const designer = useDesigner();
  return useMemo(() => editsOf(designer), [designer]);
}

export function editsOf(designer: DesignerContextValue) {
  const { document, readOnly, selected, select, change, canvas, setTab } = designer;
  const pins = () => canvas.current?.pins() ?? {};
  const model = toCanvasModel(document);
  const steps = selected.filter((id) => model.stepOf.has(id));
  const edges = model.edges.filter((edge) => selected.includes(edge.id));
  const terminals = model.terminals.filter((terminal) => selected.includes(terminal.id));
  const reactions = reactionEdits(designer);

  const paste = (fragment: Fragment) => {
    const cards = new Set(document.style === "choreography" ? cardIdsIn(fragment) : fragment.steps.map(({ id }) => id));
    if (readOnly || cards.size === 0) return;
    const ids = [...pastedIds(document, fragment)].flatMap(([id, pasted]) => (cards.has(id) ? [pasted] : []));
    change({ type: "paste", fragment, offset: belowOf(fragment), pins: pins() });
    select(ids);
    canvas.current?.focusStep(ids[0] ?? "");
  };
  const addStep = (offer: Offer, spot: Spot = { at: canvas.current?.middle() ?? { x: 0, y: 0 } }) => {
    const added = addChange(document, offer, spot, pins());
    change(added.change);
    select([added.id]);
    setTab("step");
    canvas.current?.focusStep(added.id);
  };
  const fragment = () => cutFragment(document, steps, canvas.current?.positions() ?? new Map());

  return {
    steps,
    edges,
    terminals,
    ...reactions,
    /** Where a step goes that is added by name: behind the one that is selected, or on the edge that is. */
    spot: (): Spot | undefined => {
      const [step, edge] = [steps[0], edges[0]];
      if (steps.length + edges.length !== 1) return undefined;
      return step ? { after: step } : edge && { edge: edge.index };
    },
    add: (offer: Offer | ReactionOffer, spot?: Spot) => {
      if (readOnly) return;
      if (isReactionOffer(offer)) return reactions.addReaction(offer, spot);
      addStep(offer, spot);
    },
    remove: () => {
      if (readOnly || steps.length + edges.length === 0) return;
      const cut = edges.map((edge) => edge.index);
      if (steps.length === 0 && edges.every((edge) => isLastCause(document, edge))) {
        toast("A reaction reacts to at least one event", {
          description: "Let it react to another one first, or delete the reaction.",
        });
        return;
      }
      if (document.style !== "choreography" && steps.length === 0 && leavesNoEdge(document, cut)) {
        toast("The last edge stays", {
          description:
            "Without any edge the steps run in the order listed. Draw the edge you want first, then delete this one.",
        });
        return;
      }
      change({ type: "delete", steps, edges: cut, pins: pins() });
      select([]);
    },
    duplicate: () => paste(fragment()),
    copied: () => (steps.length > 0 ? fragmentToText(fragment()) : null),
    paste: (text: string) => {
      const read = fragmentFromText(text);
      if (read) paste(read);
      return read !== null;
    },
    selectAll: () => select(model.steps.map((step) => step.id)),
    tidy: async () => {
      if (readOnly || isEmpty(document)) return;
      const positions = await layoutGraph(toCanvasModel(document));
      change({ type: "move", positions: Object.fromEntries(positions) });
      canvas.current?.fit();
    },
  };
}

/** What undoes another has no card. */
const cardIdsIn = ({ reactions }: Fragment) => cardsOf({ reactions: [...reactions] }).map(({ does }) => does.id);
