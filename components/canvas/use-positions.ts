"use client";
import { useEffect, useMemo, useState } from "react";
import type { SagaDocument } from "@/engine/definition/document";
import type { CanvasModel } from "./canvas-model";
import { isOfEvents, layeredPositions, mergePositions, type Positions, placesOf, writtenPositions } from "./geometry";
import { layoutGraph } from "./layout";

/** Where each card is: as the document says, and by ELK where it says nothing. `settled` once nothing will move by itself. */
export function usePositions(
  document: SagaDocument,
  model: CanvasModel,
  editable: boolean,
): { positions: Positions; settled: boolean } {
  const written = useMemo(() => writtenPositions(document), [document]);
  const complete = written.size === model.steps.length;
  const shape = useMemo(() => shapeOf(model, editable), [model, editable]);
  const [laid, setLaid] = useState<{ shape: string; positions: Positions }>();
  const fresh = laid?.shape === shape;
  useEffect(() => {
    if (complete || fresh) return;
    let wanted = true;
    void layoutGraph(model).then((positions) => wanted && setLaid({ shape, positions }));
    return () => {
      wanted = false;
    };
  }, [complete, fresh, model, shape]);
  const computed = laid && fresh ? laid.positions : null;
  const positions = useMemo(
    () => mergePositions(model, written, computed ?? layeredPositions(model)),
    [model, written, computed],
  );
  // Once drawn, a graph stays in sight while it is laid out anew.
  return { positions, settled: complete || laid !== undefined };
}

/**
 * Two documents of the same shape are laid out alike. Who edits a choreography joins cards that are there: those stay where
 * they are, whatever joins them.
 */
function shapeOf(model: CanvasModel, editable: boolean): string {
  const cards = placesOf(model)
    .map(({ id }) => id)
    .join();
  if (editable && isOfEvents(model)) return cards;
  return `${cards}|${model.edges.map((edge) => `${edge.source}>${edge.target}`).join()}`;
}
