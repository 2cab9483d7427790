import type { Point } from "@/components/canvas/geometry";
import type { CommandDocument, EdgeDocument, SagaDocument, StepDocument } from "@/engine/definition/document";

/** Positions by step id. As `pins`: where every card is drawn at the moment of the edit, so that none of them jumps. */
export type Layout = Readonly<Record<string, Point>>;

/** Steps cut out of a document, with the edges among them. */
export type Fragment = {
  readonly steps: readonly StepDocument[];
  readonly edges: readonly EdgeDocument[];
  readonly layout: Layout;
};

/** Step fields that are plain values: the id has `rename-step`, the two commands `set-half`. */
export type StepField = Exclude<keyof StepDocument, "id" | "kind" | "action" | "compensation">;
export type SagaField = Exclude<keyof SagaDocument, "saga" | "style" | "steps" | "edges" | "layout">;
export type Half = "action" | "compensation";

/** Edges are named by their index in `edgesOf(document)`. A field set to undefined is left out of the document. */
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
  | { readonly type: "connect"; readonly from: string; readonly to: string }
  | { readonly type: "set-condition"; readonly edge: number; readonly when: string | undefined }
  | { readonly type: "move"; readonly positions: Layout; readonly pins?: Layout }
  | { readonly type: "rename-step"; readonly from: string; readonly to: string }
  | { [Field in StepField]: SetStepField<Field> }[StepField]
  | {
      readonly type: "set-half";
      readonly step: string;
      readonly half: Half;
      readonly value: CommandDocument | undefined;
    }
  | {
      readonly type: "delete";
      readonly steps: readonly string[];
      readonly edges: readonly number[];
      readonly pins?: Layout;
    }
  | { readonly type: "paste"; readonly fragment: Fragment; readonly offset: Point; readonly pins?: Layout }
  | { [Field in SagaField]: SetSagaField<Field> }[SagaField]
  | { readonly type: "replace"; readonly document: SagaDocument };

type SetStepField<Field extends StepField> = {
  readonly type: "set-field";
  readonly step: string;
  readonly field: Field;
  readonly value: StepDocument[Field] | undefined;
};
type SetSagaField<Field extends SagaField> = {
  readonly type: "set-saga";
  readonly field: Field;
  readonly value: SagaDocument[Field] | undefined;
};
