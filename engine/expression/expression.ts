/** The door of this directory: what the rest of the engine may use of expressions and templates. */
export { sharingBudget } from "./budget";
export { maxSourceLength } from "./cel";
export {
  type Evaluated,
  type Expression,
  type ExpressionContext,
  evaluate,
  isCondition,
  parseExpression,
} from "./evaluate";
export { type Reference, references } from "./references";
export { parseTemplate, render, renderUrlPath, type Template } from "./template";
export { parseInstant } from "./timestamp";
