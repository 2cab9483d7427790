/** Whether a choreography makes sense: who says what is heard, who hears what is said, and what is never undone. */
import type { SagaDocument } from "../../definition/document";
import type { Problem } from "../../problem";
import { bringsAbout } from "../events";
import { eventRules } from "./events";
import { expressionRules } from "./expressions";
import { type Rule, reachableFrom } from "./found";
import { reactionRules } from "./reactions";

const rules: readonly Rule[] = [...reactionRules, ...eventRules, ...expressionRules];

export function lintChoreography(document: SagaDocument): readonly Problem[] {
  const { reactions = [], starts = "", ends = { completed: [], failed: [] } } = document;
  const said = new Set([starts, ...reactions.flatMap(bringsAbout)]);
  const reachable = reachableFrom(starts, reactions);
  const found = { document, reactions, observed: document.mode === "observe", starts, ends, said, reachable };
  return rules.flatMap((rule) => rule(found));
}
