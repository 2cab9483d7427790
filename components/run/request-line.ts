import { partContext, renderPath, subjectOf } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import type { Part } from "@/engine/run/state";
import type { Moment } from "./moment";

/** How a part of a step or item is sent: `POST /Charge`, with the path's expressions filled in as far as this moment knows. */
export function requestLine({ saga, state }: Moment, spec: SagaStep, item: number | null, part: Part): string {
  if (spec.kind === "saga")
    return part === "action" ? `Starts a run of ${spec.saga}` : `Asks the run of ${spec.saga} to unwind`;
  const command = spec[part];
  const index = saga.indexOf.get(spec.id);
  if (!command || index === undefined) return "";
  if (!command.http) return `POST /${command.command}`;
  const subject = subjectOf(saga, state, { index, item });
  const path = renderPath(command.http, partContext(subject, part));
  return `${command.http.method} ${path.ok ? String(path.value) : "(path cannot be worked out)"}`;
}
