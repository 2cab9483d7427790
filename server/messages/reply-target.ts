import type { ReplyEvent } from "@/contract/messages";
import type { CommandSpec, Saga, SagaStep } from "@/engine/definition/saga";
import type { Part } from "@/engine/run/state";
import { Invalid } from "../errors";

/** What a reply answers. */
export type ReplyTarget = { readonly half: Part; readonly command: CommandSpec };

const halves: Readonly<Record<ReplyEvent["type"], Part>> = {
  SagaStepCompleted: "action",
  SagaStepFailed: "action",
  SagaCompensationCompleted: "compensation",
  SagaCompensationFailed: "compensation",
  SagaProbeCompleted: "probe",
};

/** The command that a reply of this type answers; null: the step has none. */
export function commandAnswered(
  step: Pick<SagaStep, "action" | "compensation" | "probe">,
  type: ReplyEvent["type"],
): CommandSpec | null {
  return step[halves[type]];
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
  const command = commandAnswered(spec, type);
  if (command) return { half: halves[type], command };
  const what = halves[type];
  throw new Invalid(`no_${what}`, `${spec.id} has no ${what} that could be answered.`, { path: `${path}/type` });
}
