import type { StepOf } from "@/components/canvas/step-kind";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { variableName } from "@/engine/definition/fields";
import type { StepKind } from "@/engine/definition/saga";
import { dataPaths } from "../document/context-paths";
import { idFrom } from "./free-id";

/** What the palette offers: a kind of step; with it a command that a service is known to take, or a saga to run. */
export type Offer = { readonly kind: StepKind; readonly command?: string; readonly saga?: string };

/** A new step as the palette offers it: as complete as can be guessed, and lint says what is left to say. */
export const newStep = (document: SagaDocument, offer: Offer): StepDocument => kinds[offer.kind](document, offer);

type Make<K extends StepKind> = (document: SagaDocument, offer: Offer) => StepOf<K>;

const kinds = {
  /** It is to have an undo. */
  action: (_, { command = "" }) => ({
    id: idOf(command, "new_step"),
    class: "compensable",
    action: command,
  }),
  decision: () => ({ id: "decision", kind: "decision" }),
  wait: () => ({ id: "wait", kind: "wait", for: "PT1H" }),
  signal: () => ({ id: "signal", kind: "signal", signal: "SignalReceived", timeout: "P3D" }),
  approval: () => ({ id: "approval", kind: "approval", approvers: { role: "operator" }, due: "P2D" }),
  transform: (document) => ({ id: "transform", kind: "transform", set: firstValue(document) }),
  forEach: (document, { command = "" }) => ({
    id: idOf(command, "for_each"),
    kind: "forEach",
    class: "compensable",
    ...listOf(document),
    action: command,
  }),
  saga: (_, { saga = "" }) => ({ id: saga ? idFrom(saga) : "child_saga", kind: "saga", saga }),
} satisfies { readonly [K in StepKind]: Make<K> };

const idOf = (command: string, otherwise: string) =>
  command ? idFrom(command.slice(command.indexOf(".") + 1)) : otherwise;

/** The first value that the sample or the input schema knows, so that there is something to begin from. */
function firstValue(document: SagaDocument) {
  const first = dataPaths(document).find(({ path, value }) => path !== "data" && !isHolder(value));
  if (!first) return { value: "${data}" };
  return { [idFrom(lastOf(first.path))]: `\${${first.path}}` };
}

/** The first list of the sample, and what one of it is called. */
function listOf(document: SagaDocument) {
  const list = dataPaths(document).find(({ value, detail }) => Array.isArray(value) || detail === "array");
  const path = list?.path ?? "data.items";
  const one = idFrom(lastOf(path)).replace(/s$/, "");
  return { items: `\${${path}}`, as: variableName.safeParse(one).success && one !== "step" ? one : "entry" };
}

const isHolder = (value: unknown) => typeof value === "object" && value !== null;
const lastOf = (path: string) =>
  path
    .split(/[.[\]"]+/)
    .filter(Boolean)
    .at(-1) ?? path;
