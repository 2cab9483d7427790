import type { StepKind } from "@/engine/definition/saga";
import { stepKinds } from "@/engine/steps";

type Enum = { readonly unwrap: () => { readonly options: readonly string[] } };

/** The words that a field of a kind may be, as its schema has them; none: the kind has no such field. */
export function choicesOf(kind: StepKind, field: "class" | "onFailure"): readonly string[] {
  const shape = stepKinds[kind].schema.shape as Readonly<Record<string, unknown>>;
  const schema = shape[field] as Enum | undefined;
  return schema?.unwrap().options ?? [];
}
