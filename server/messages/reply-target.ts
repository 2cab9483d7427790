import type { ReplyEvent } from "@/contract/messages";
import type { CommandSpec, Saga } from "@/engine/definition/saga";
import { Invalid } from "../errors";

/** What a reply answers. */
export type ReplyTarget = { readonly half: "action" | "compensation"; readonly command: CommandSpec };

export function halfOf(type: ReplyEvent["type"]): ReplyTarget["half"] {
  return type === "SagaStepCompleted" || type === "SagaStepFailed" ? "action" : "compensation";
}

/** The half of a step that a reply is to, as the run's version has it. Throws 422 for what takes no such reply. */
export function targetOf(saga: Saga, { type, data }: ReplyEvent, path: string): ReplyTarget {
  const spec = saga.steps[saga.indexOf.get(data.step_name) ?? -1];
  const at = { path: `${path}/data/step_name` };
  if (!spec) throw new Invalid("step_not_found", `This run's saga has no step ${data.step_name}.`, at);
  if (spec.action === null)
    throw new Invalid("step_takes_no_replies", `${spec.id} is a ${spec.kind} step: it calls no service.`, at);
  if (saga.choreography?.mode === "observe")
    throw new Invalid(
      "only_watched",
      `${saga.type} is only watched: nothing is sent to ${spec.id}, and it says events.`,
      at,
    );
  const half = halfOf(type);
  if (half === "action") return { half, command: spec.action };
  if (spec.compensation) return { half, command: spec.compensation };
  throw new Invalid("no_compensation", `${spec.id} has no compensation that could be answered.`, {
    path: `${path}/type`,
  });
}
