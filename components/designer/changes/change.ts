import type { Point } from "@/components/canvas/geometry";
import type { EdgeDocument, ReactionDocument, SagaDocument, StepDocument } from "@/engine/definition/document";
import type { CommandDocument } from "@/engine/definition/fields";
import type { Part } from "@/engine/run/state";

/** Positions by step id. As `pins`: where every card is drawn at the moment of the edit, so that none of them jumps. */
export type Layout = Readonly<Record<string, Point>>;

/** Steps cut out of a document, with the edges among them; of a choreography its reactions. */
export type Fragment = {
  readonly steps: readonly StepDocument[];
  readonly edges: readonly EdgeDocument[];
  readonly reactions: readonly ReactionDocument[];
  readonly layout: Layout;
};

type FieldsOf<Step> = Step extends StepDocument ? keyof Step : never;
type ValueOf<Step, Field> = Step extends StepDocument ? (Field extends keyof Step ? Step[Field] : never) : never;

/** Fields of any kind of step that are plain values: the id has `rename-step`, the commands `set-command`, `as` `rename-item`. */
export type StepField = Exclude<FieldsOf<StepDocument>, "id" | "kind" | "as" | Part>;
export type SagaField = Exclude<keyof SagaDocument, "saga" | "style" | "steps" | "edges" | "reactions" | "layout">;
export type ReactionField = Exclude<keyof ReactionDocument, "id" | "undoes">;

/**
 * Edges are named by their index in `edgesOf(document)`, those of a choreography by theirs on the canvas; what says `step`
 * is about a reaction as well, where it is about names, places and being there. A field set to undefined is left out of the document.
 */
export type Change =
  | {
      readonly type: "add-step";
      readonly step: StepDocument;
      /** Where the card's top left corner goes; without it, beside its neighbour. */
      readonly at?: Point;
      /** The step it follows, or precedes. */
      readonly after?: string;
      readonly before?: string;
      readonly pins?: Layout;
    }
  | { readonly type: "insert-step"; readonly step: StepDocument; readonly edge: number; readonly pins?: Layout }
  /** The step becomes another kind, as this one is written; its names and commands stay. */
  | { readonly type: "set-kind"; readonly step: string; readonly as: StepDocument }
  | { readonly type: "connect"; readonly from: string; readonly to: string }
  | { readonly type: "set-condition"; readonly edge: number; readonly when: string | undefined }
  /** Makes a way out of a decision the one that is taken when no other is, or no longer. */
  | { readonly type: "set-otherwise"; readonly edge: number; readonly otherwise: boolean }
  /** Puts a way out of a decision before the one that is asked ahead of it, or after the next. */
  | { readonly type: "move-way"; readonly edge: number; readonly by: -1 | 1 }
  | { readonly type: "move"; readonly positions: Layout; readonly pins?: Layout }
  | { readonly type: "rename-step"; readonly from: string; readonly to: string }
  /** What the expressions of a forEach call an item. */
  | { readonly type: "rename-item"; readonly step: string; readonly to: string }
  | { [Field in StepField]: SetStepField<Field> }[StepField]
  | {
      readonly type: "set-command";
      readonly step: string;
      readonly part: Part;
      readonly value: CommandDocument | undefined;
    }
  | {
      readonly type: "delete";
      readonly steps: readonly string[];
      readonly edges: readonly number[];
      readonly pins?: Layout;
    }
  | {
      readonly type: "add-reaction";
      /** It reacts to what its `on` says. */
      readonly reaction: ReactionDocument;
      readonly at?: Point;
      /** The card that is to bring that event about, and beside which it stands. */
      readonly after?: string;
      readonly pins?: Layout;
    }
  /** Another event that a reaction reacts to; `from` is to bring it about. */
  | { readonly type: "react-to"; readonly reaction: string; readonly event: string; readonly from?: string }
  | { readonly type: "say"; readonly reaction: string; readonly event: string }
  | { [Field in ReactionField]: SetReactionField<Field> }[ReactionField]
  | { readonly type: "rename-event"; readonly from: string; readonly to: string }
  | { readonly type: "paste"; readonly fragment: Fragment; readonly offset: Point; readonly pins?: Layout }
  | { [Field in SagaField]: SetSagaField<Field> }[SagaField]
  | { readonly type: "replace"; readonly document: SagaDocument };

type SetStepField<Field extends StepField> = {
  readonly type: "set-field";
  readonly step: string;
  readonly field: Field;
  readonly value: ValueOf<StepDocument, Field> | undefined;
};
type SetReactionField<Field extends ReactionField> = {
  readonly type: "set-reaction";
  readonly reaction: string;
  readonly field: Field;
  readonly value: ReactionDocument[Field] | undefined;
};
type SetSagaField<Field extends SagaField> = {
  readonly type: "set-saga";
  readonly field: Field;
  readonly value: SagaDocument[Field] | undefined;
};
