/** compile, of a choreography: its reactions as steps with their undos, every event known, every expression parsed. */
import { compileCommand, milliseconds, templateOf, unwrap } from "../definition/compile-command";
import { titleFrom } from "../definition/defaults";
import type { SagaDocument } from "../definition/document";
import type { Choreography, CommandSpec, Reaction, Saga, SagaStep } from "../definition/saga";
import { parseExpression } from "../expression/expression";
import type { ReactionDocument } from "./document";
import { eventsOf, failuresOf, reactsTo } from "./events";

/** What expressions of a reaction read beside the usual context. */
export const reactionNames = ["event", "run", "events"] as const;

/** Throws on a document that does not lint. */
export function compileChoreography(document: SagaDocument, version: number): Saga {
  const reactions = document.reactions ?? [];
  const acting = reactions.filter((r) => r.undoes === undefined);
  const indexOf = new Map(acting.map(({ id }, index) => [id, index]));
  if (indexOf.size < acting.length) throw new Error("Two reactions have the same name");
  const steps = acting.map((r) => stepOf(r, reactions));
  return {
    document,
    type: document.saga,
    version,
    steps,
    edges: [],
    indexOf,
    order: steps.map((_, index) => index),
    downstream: steps.map(() => new Set<number>()),
    undoOrder: "graph",
    deadline: document.deadline === undefined ? null : milliseconds(document.deadline),
    businessKey: null,
    // Which run an event belongs to is its key: two live runs of one key could not be told apart.
    businessKeyUnique: true,
    exposure: document.exposure === undefined ? null : templateOf(document.exposure),
    choreography: partsOf(document, indexOf),
  };
}

function partsOf(document: SagaDocument, indexOf: ReadonlyMap<string, number>): Choreography {
  const { mode = "drive", correlation = "", starts = "", reactions = [], ends } = document;
  return {
    mode,
    correlation: templateOf(correlation, reactionNames),
    starts,
    reactions: reactions.map((r) => reactionOf(r, document, indexOf)),
    completed: new Set(ends?.completed),
    failed: new Set(ends?.failed),
    events: eventsOf(document),
  };
}

function reactionOf(r: ReactionDocument, document: SagaDocument, indexOf: ReadonlyMap<string, number>): Reaction {
  const step = indexOf.get(r.undoes ?? r.id);
  if (step === undefined) throw new Error(`Reaction ${r.id} undoes ${r.undoes}, which there is not`);
  const half = r.undoes === undefined ? "action" : "compensation";
  // Where services react by themselves, what somebody says is something to wait for.
  const said = document.mode === "observe" && r.emit !== undefined ? [r.emit] : [];
  return {
    id: r.id,
    title: r.title ?? titleFrom(r.id),
    on: reactsTo(r),
    when: r.when === undefined ? null : unwrap(parseExpression(r.when, reactionNames)),
    step,
    half,
    send: commandOf(r, half),
    emit: r.emit ?? null,
    input: r.input === undefined ? null : templateOf(r.input, reactionNames),
    expect: r.expect ?? said,
    fails: failuresOf(r, document),
    within: r.within === undefined ? null : milliseconds(r.within),
    repeat: r.repeat ?? false,
  };
}

/** The step that a reaction is. What undoes it is the command of the reactions that undo it: they all send the same. */
function stepOf(r: ReactionDocument, reactions: readonly ReactionDocument[]): SagaStep {
  const undo = reactions.find(({ undoes }) => undoes === r.id);
  const changes = r.send !== undefined || r.expect !== undefined;
  return {
    kind: "reaction",
    id: r.id,
    title: r.title ?? titleFrom(r.id),
    class: r.class ?? (undo ? "compensable" : changes && r.emit === undefined ? "irreversible" : "readonly"),
    action: commandOf(r, "action"),
    compensation: undo ? commandOf(undo, "compensation") : null,
    probe: null,
    undoneBy: undo ? "command" : null,
    onFailure: "hold",
    compensateSelf: "ifUnknown",
    onCompensationFailure: "hold",
    incoming: [],
    outgoing: [],
  };
}

function commandOf(r: ReactionDocument, half: "action" | "compensation"): CommandSpec | null {
  if (r.send === undefined) return null;
  const { send: command, input, timeout, retry, http } = r;
  const given = { input, timeout, retry, http };
  const written = Object.entries(given).filter(([, value]) => value !== undefined);
  return compileCommand({ command, ...Object.fromEntries(written) }, half, reactionNames);
}
