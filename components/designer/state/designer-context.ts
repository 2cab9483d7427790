"use client";
import { createContext, type RefObject, useContext } from "react";
import type { ServiceView } from "@/contract/services";
import type { SagaDocument } from "@/engine/definition/document";
import type { Problem } from "@/engine/problem";
import type { CanvasDoor } from "../canvas/canvas-door";
import type { EventQuestion } from "../canvas/event-question";
import type { Change } from "../changes/change";
import type { InspectorTab } from "../document/problems";

/** What every part of the designer reads and does. */
export type DesignerContextValue = {
  readonly document: SagaDocument;
  /** The person's role allows edits. */
  readonly mayEdit: boolean;
  /** Nothing can be edited here now: the role, or code that cannot be read at present. */
  readonly readOnly: boolean;
  /** Runs may read its ids: there is a version. */
  readonly published: boolean;
  readonly problems: readonly Problem[];
  readonly services: readonly ServiceView[];
  readonly selected: readonly string[];
  readonly select: (ids: readonly string[]) => void;
  /** Changes with the same `merge`, soon after each other, are one step of the undo history. */
  readonly change: (change: Change, merge?: string) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Asks a person which event is meant; null: nothing is asked. */
  readonly ask: (question: EventQuestion | null) => void;
  readonly canvas: RefObject<CanvasDoor | null>;
  readonly tab: InspectorTab;
  readonly setTab: (tab: InspectorTab) => void;
};

export const DesignerContext = createContext<DesignerContextValue | null>(null);

export function useDesigner(): DesignerContextValue {
  const value = useContext(DesignerContext);
  if (!value) throw new Error("useDesigner outside of the designer");
  return value;
}
