/** A document as text, with its keys in one order, so that a diff shows what changed and nothing else. */
import { Document, isMap, isSeq } from "yaml";
import { reactionDocument } from "../choreography/document";
import { stepDocument } from "../steps";
import {
  choreographyDocument,
  edgeDocument,
  orchestrationDocument,
  type ReactionDocument,
  type SagaDocument,
  type StepDocument,
} from "./document";
import { commandFields, httpFields, retryFields } from "./fields";
import { commandOf } from "./step-commands";

/** YAML that `parseDefinition` reads back to an equal document. */
export function toYaml(document: SagaDocument): string {
  const yaml = new Document(ordered(document), { version: "1.2", schema: "core", aliasDuplicateObjects: false });
  for (const list of ["edges", "layout"]) flattenItems(yaml.get(list, true));
  return yaml.toString({ lineWidth: 0 });
}

/** JSON with two spaces that `parseDefinition` reads back to an equal document. */
export function toJson(document: SagaDocument): string {
  return `${JSON.stringify(ordered(document), null, 2)}\n`;
}

/** An edge and a position each read best on one line. */
function flattenItems(node: unknown): void {
  if (isSeq(node)) for (const item of node.items) if (isMap(item)) item.flow = true;
  if (isMap(node)) for (const { value } of node.items) if (isMap(value)) value.flow = true;
}

const sagaKeys = Object.keys(orchestrationDocument.shape);
const choreographyKeys = Object.keys(choreographyDocument.shape);
const reactionKeys = Object.keys(reactionDocument.shape);
const stepKeys = [...new Set(stepDocument.options.flatMap((option) => Object.keys(option.shape)))];
const edgeKeys = Object.keys(edgeDocument.shape);
/** The fields of a step that hold a command. */
const commandFieldNames = ["action", "compensation", "probe"] as const;
const commandKeys = Object.keys(commandFields.shape);
const retryKeys = Object.keys(retryFields.shape);
const httpKeys = Object.keys(httpFields.shape);

function ordered(document: SagaDocument): object {
  return document.style === "choreography" ? orderedChoreography(document) : orderedOrchestration(document);
}

function orderedChoreography({ steps: _, ...document }: SagaDocument): object {
  return sortKeys({ ...document, reactions: document.reactions?.map(orderReaction) }, choreographyKeys);
}

function orderReaction(reaction: ReactionDocument): object {
  return sortKeys(
    {
      ...reaction,
      retry: reaction.retry && sortKeys(reaction.retry, retryKeys),
      http: reaction.http && sortKeys(reaction.http, httpKeys),
    },
    reactionKeys,
  );
}

function orderedOrchestration(document: SagaDocument): object {
  return sortKeys(
    {
      ...document,
      steps: document.steps.map((step) => sortKeys({ ...step, ...orderedCommands(step) }, stepKeys)),
      edges: document.edges?.map((edge) => sortKeys(edge, edgeKeys)),
    },
    sagaKeys,
  );
}

function orderedCommands(step: StepDocument): object {
  const commands = commandFieldNames.map((part) => [part, orderCommand(commandOf(step, part))] as const);
  return Object.fromEntries(commands.filter(([, command]) => command !== undefined));
}

function orderCommand(command: unknown): unknown {
  if (typeof command !== "object" || command === null) return command;
  const { retry, http } = command as { readonly retry?: object; readonly http?: object };
  return sortKeys(
    { ...command, retry: retry && sortKeys(retry, retryKeys), http: http && sortKeys(http, httpKeys) },
    commandKeys,
  );
}

/** Drops what is undefined: JSON has no such thing, and YAML would write null. */
function sortKeys(value: object, keys: readonly string[]): object {
  const rank = (key: string) => (keys.indexOf(key) + keys.length + 1) % (keys.length + 1);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => rank(a) - rank(b)));
}
