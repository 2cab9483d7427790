/** What an operation is refused for before the run's own rules are asked: who asks, and whose run it is. */
import type { OperationRequest } from "@/contract/runs";
import type { Saga } from "@/engine/definition/saga";
import type { RunState } from "@/engine/run/state";
import { deciderOf, whyNoApprover } from "../approvals/approver";
import type { Actor } from "../auth/actor";
import type { Deps } from "../deps";
import { Conflict, Forbidden, Invalid, NotFound } from "../errors";

type Asked = { readonly saga: Saga; readonly state: RunState; readonly request: OperationRequest };

export async function checkOperation(deps: Deps, actor: Actor, asked: Asked): Promise<void> {
  checkSteps(asked);
  await checkApprover(deps, actor, asked);
  await checkParent(deps, asked);
}

function checkSteps({ saga, request: { step, downTo, leaveOut = [] } }: Asked): void {
  const check = (id: string | undefined, path: string) => {
    if (id === undefined || saga.indexOf.has(id)) return;
    throw new NotFound("step_not_found", `This run's saga has no step ${id}.`, path);
  };
  check(step, "/step");
  check(downTo, "/downTo");
  for (const [index, left] of leaveOut.entries()) check(left.step, `/leaveOut/${index}/step`);
}

/** These take the place of a decision, so they are for those who may make it (engine.md F14). */
const decides: ReadonlySet<string> = new Set(["retry", "skip", "complete", "fail"]);

async function checkApprover(deps: Deps, actor: Actor, { saga, request }: Asked): Promise<void> {
  const { operation, step } = request;
  if (!decides.has(operation)) return;
  const approvals = saga.steps.flatMap((spec) =>
    spec.kind === "approval" && (step === undefined || spec.id === step) ? [spec] : [],
  );
  if (approvals.length === 0) return;
  const decider = await deciderOf(deps, actor);
  for (const { approvers, id } of approvals) {
    const whyNot = whyNoApprover(approvers, decider);
    if (whyNot === null) continue;
    if (step !== undefined) throw new Forbidden("not_an_approver", `${id} waits for a decision. ${whyNot}`);
    // Which step is meant is found when it is done, and by then it may be this one.
    throw new Invalid("step_required", `Name the step: ${id} is not yours to decide.`, { path: "/step" });
  }
}

/** A parent's run ends its children itself, and they count on it (U8). What is stuck in one may be repaired all the same. */
const parents: ReadonlySet<string> = new Set(["compensate", "cancel", "terminate"]);

async function checkParent({ prisma }: Deps, { state, request }: Asked): Promise<void> {
  if (state.parent === null || !parents.has(request.operation)) return;
  const { run, step } = state.parent;
  const parent = await prisma.sagaRun.findUnique({ where: { id: run }, select: { endedAt: true } });
  if (!parent || parent.endedAt !== null) return;
  const detail = `This run is the step ${step} of run ${run}, which has not ended. Do it there.`;
  throw new Conflict("parent_live", detail, { state: state.state });
}
