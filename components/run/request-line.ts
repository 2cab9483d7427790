import { contextOf, renderFor, undoContextOf } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import { type Half, stepOf } from "@/engine/run/state";
import type { Moment } from "./moment";

/** How a half is sent: `POST /Charge`, with the path's expressions filled in as far as this moment knows. */
export function requestLine({ saga, state }: Moment, spec: SagaStep, half: Half): string {
  const command = half === "action" ? spec.action : spec.compensation;
  const step = stepOf(state, spec.id);
  if (!command || !step) return "";
  if (!command.http) return `POST /${command.command}`;
  const context = half === "action" ? contextOf(saga, state) : undoContextOf(saga, state, step);
  const path = renderFor(command.http.path, context);
  return `${command.http.method} ${path.ok ? String(path.value) : "(path cannot be worked out)"}`;
}
