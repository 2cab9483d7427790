import { isChoreography, type SagaDocument } from "@/engine/definition/document";
import { assertNever } from "@/engine/json";
import { addStep, insertStep } from "./add-step";
import type { Change } from "./change";
import { deleteParts } from "./delete-parts";
import { deleteReactions } from "./delete-reactions";
import { connect, moveWay, setCondition, setOtherwise } from "./edge-changes";
import { pasteFragment, pasteReactions } from "./fragment";
import { pinned } from "./pin";
import { addReaction, reactTo, say, setReactionField } from "./reaction-changes";
import { renameEvent } from "./rename-event";
import { renameItem } from "./rename-item";
import { renameReaction } from "./rename-reaction";
import { renameStep } from "./rename-step";
import { setCommand, setSagaField, setStepField } from "./set-field";
import { setKind } from "./set-kind";

/**
 * Every edit of a draft goes through here: a pure function of the document and the change. A change that means nothing
 * (a step that is not there, an edge that would close a circle) gives back the same object.
 */
export function applyChange(document: SagaDocument, change: Change): SagaDocument {
  switch (change.type) {
    case "add-step":
      return addStep(document, change);
    case "insert-step":
      return insertStep(document, change);
    case "set-kind":
      return setKind(document, change.step, change.as);
    case "connect":
      return connect(document, change.from, change.to);
    case "set-condition":
      return setCondition(document, change.edge, change.when);
    case "set-otherwise":
      return setOtherwise(document, change.edge, change.otherwise);
    case "move-way":
      return moveWay(document, change.edge, change.by);
    case "move":
      return pinned(document, { ...change.pins, ...document.layout, ...change.positions });
    case "rename-step":
      return (isChoreography(document) ? renameReaction : renameStep)(document, change.from, change.to);
    case "rename-item":
      return renameItem(document, change.step, change.to);
    case "set-field":
      return setStepField(document, change.step, change.field, change.value);
    case "set-command":
      return setCommand(document, change.step, change.part, change.value);
    case "delete":
      return (isChoreography(document) ? deleteReactions : deleteParts)(document, change);
    case "paste":
      return (isChoreography(document) ? pasteReactions : pasteFragment)(document, change);
    case "add-reaction":
      return addReaction(document, change);
    case "react-to":
      return reactTo(document, change);
    case "say":
      return say(document, change);
    case "set-reaction":
      return setReactionField(document, change.reaction, change.field, change.value);
    case "rename-event":
      return renameEvent(document, change.from, change.to);
    case "set-saga":
      return setSagaField(document, change.field, change.value);
    case "replace":
      return change.document;
    default:
      return assertNever(change);
  }
}
