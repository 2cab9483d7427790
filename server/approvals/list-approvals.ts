import type { z } from "zod";
import type { ApprovalView, approvalPage, approvalQuery } from "@/contract/messages";
import { decide } from "@/engine/decide";
import type { Spec } from "@/engine/steps/kind";
import { type Actor, actorName, authorise } from "../auth/actor";
import { fromCursor, toCursor } from "../cursor";
import type { Deps } from "../deps";
import { uuidShape } from "../uuid";
import { formatApprovalId } from "./approval-id";
import { type Decider, deciderOf, whyNoApprover } from "./approver";
import { type OpenApproval, readData, readOpenApprovals } from "./open-approvals";

type Query = z.output<typeof approvalQuery>;

/** An approval with what the run's version says of it, and why whoever asks may not decide it, if so. */
type Judged = { readonly approval: OpenApproval; readonly spec: Spec<"approval">; readonly whyNot: string | null };

/** So many are looked at for one page of `mine`, whoever they are for; `next` goes on from there. */
const mostLookedAt = 500;
/** So many are judged at a time, since four-eyes is a question to each run's log. */
const atOnce = 20;

/** Decisions that people are asked for, the oldest run's first. */
export async function listApprovals(deps: Deps, actor: Actor, query: Query): Promise<z.infer<typeof approvalPage>> {
  authorise(actor, "viewer");
  const after = fromCursor(query.cursor, [uuidShape, /^\d{1,9}$/]);
  const mine = query.mine === "true";
  const most = mine ? mostLookedAt : query.limit + 1;
  const open = await readOpenApprovals(deps, { run: query.run, after, most });
  const judged = await judge(deps, await deciderOf(deps, actor), { open, mine, enough: query.limit + 1 });
  const shown = judged.slice(0, query.limit);
  const last = judged.length > query.limit ? shown.at(-1)?.approval : open.length === most ? open.at(-1) : undefined;
  const data = await readData(
    deps,
    shown.map(({ approval }) => approval.run),
  );
  return {
    items: shown.map((each) => toView(each, data.get(each.approval.run) ?? null)),
    next: last ? toCursor([last.run, String(last.place)]) : null,
  };
}

type ToJudge = { readonly open: readonly OpenApproval[]; readonly mine: boolean; readonly enough: number };

async function judge(deps: Deps, decider: Decider, { open, mine, enough }: ToJudge): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (let from = 0; from < open.length && judged.length < enough; from += atOnce) {
    const some = await Promise.all(open.slice(from, from + atOnce).map((each) => judgeOne(deps, decider, each)));
    judged.push(...(some.filter((each) => each !== null && (!mine || each.whyNot === null)) as Judged[]));
  }
  return judged;
}

async function judgeOne(deps: Deps, decider: Decider, approval: OpenApproval): Promise<Judged | null> {
  const version = await deps.definitions.version(approval.saga, approval.version);
  const spec = version?.saga.steps[version.saga.indexOf.get(approval.step) ?? -1];
  if (spec?.kind !== "approval") return null;
  const whyNot =
    whyNoApprover(spec.approvers, decider) ?? (spec.fourEyes ? await askRun(deps, decider, approval) : null);
  return { approval, spec, whyNot };
}

/** Why the run itself would refuse this decider's word: the engine is asked, as it will be when they decide. */
async function askRun(deps: Deps, { actor }: Decider, { run, step, generation }: OpenApproval): Promise<string | null> {
  const loaded = await deps.orchestrator.load(run);
  if (!loaded) return "The run is gone.";
  const asked = { step, generation, decision: "approve", form: null, comment: "" } as const;
  const who = { actor: actorName(actor), person: actor.person };
  const event = { type: "DecisionReceived", at: Date.now(), id: "asked", ...who, ...asked } as const;
  return decide(loaded.saga, loaded.state, event).refused?.detail ?? null;
}

function toView({ approval, spec, whyNot }: Judged, data: ApprovalView["data"]): ApprovalView {
  const { run, saga, version, step, businessKey, exposure, since, dueAt } = approval;
  return {
    id: formatApprovalId(approval),
    run,
    saga,
    version,
    step,
    title: spec.title,
    businessKey,
    exposure,
    data,
    approvers: "role" in spec.approvers ? spec.approvers : { users: [...spec.approvers.users] },
    form: spec.form,
    fourEyes: spec.fourEyes,
    requestedAt: since.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    mayDecide: whyNot === null,
    whyNot,
  };
}
