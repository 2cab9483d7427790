import { useMemo } from "react";
import { fold } from "@/engine/evolve";
import type { EventLine } from "./event-lines";
import { JsonChanges } from "./json-changes";
import type { Moment } from "./moment";
import { inputBefore } from "./operation-form";

/** What a person changed of an input when they asked for an operation; nothing, where they changed none. */
export function EditedInput({ line: { raw, seq }, moment: { saga, entries } }: { line: EventLine; moment: Moment }) {
  const operation = raw.type === "OperationAccepted" && raw.operation.input !== undefined ? raw.operation : null;
  const before = useMemo(() => {
    const state =
      operation &&
      fold(
        saga,
        entries.filter((entry) => entry.seq < seq),
      );
    return state ? inputBefore(saga, state, operation) : undefined;
  }, [saga, entries, operation, seq]);
  if (operation === null) return null;
  return (
    <div className="flex flex-col gap-1">
      <p className="text-ink-2 text-xs">What was changed</p>
      <JsonChanges label="What was changed" before={before} after={operation.input} />
    </div>
  );
}
