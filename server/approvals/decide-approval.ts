import type { z } from "zod";
import type { decisionRequest, decisionResult } from "@/contract/messages";
import { dataCheckOf } from "@/engine/definition/input-schema";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import type { Problem } from "@/engine/problem";
import type { Spec } from "@/engine/steps/kind";
import { type Actor, actorName, authorise } from "../auth/actor";
import { canonicalHash } from "../canonical";
import { TooCostly, withinTime } from "../definitions/within-time";
import type { Deps } from "../deps";
import { Forbidden, Invalid, NotFound } from "../errors";
import { scopedKey } from "../runs/idempotency-key";
import { settled } from "../runs/settled";
import { newId } from "../uuid";
import { type ApprovalId, formatApprovalId, parseApprovalId } from "./approval-id";
import { deciderOf, whyNoApprover } from "./approver";

type Wanted = z.output<typeof decisionRequest>;
type Asked = { readonly id: string; readonly wanted: Wanted; readonly headers: Headers };
type Result = { readonly decided: boolean; readonly body: z.infer<typeof decisionResult> };

/** Decides what a person is asked for: 403 for who is no approver, 409 once it is decided or where four-eyes forbids it. */
export async function decideApproval(deps: Deps, actor: Actor, { id, wanted, headers }: Asked): Promise<Result> {
  authorise(actor, "viewer");
  const { spec, ...approval } = await findApproval(deps, id);
  const whyNot = whyNoApprover(spec.approvers, await deciderOf(deps, actor));
  if (whyNot) throw new Forbidden("not_an_approver", whyNot);
  const { decision, comment } = wanted;
  const answer = await deps.orchestrator.decide({
    ...approval,
    id: newId(),
    decision,
    form: decision === "approve" ? checkedForm(spec.form, wanted.form) : wanted.form,
    comment,
    actor: actorName(actor),
    person: actor.person,
    key: scopedKey(headers, actor, `decide:${formatApprovalId(approval)}`),
    hash: canonicalHash(wanted as Json),
  });
  const { run } = approval;
  const { decided, seq } = await settled(deps, answer, { run, what: "another decision" });
  return { decided, body: { run, seq } };
}

/** An approval that somebody was once asked for, decided by now or not; else throws 404. */
async function findApproval(deps: Deps, id: string): Promise<ApprovalId & { readonly spec: Spec<"approval"> }> {
  const approval = parseApprovalId(id);
  const loaded = approval && (await deps.orchestrator.load(approval.run));
  const index = (approval && loaded?.saga.indexOf.get(approval.step)) ?? -1;
  const spec = loaded?.saga.steps[index];
  const action = loaded?.state.steps[index]?.action;
  const wasAsked = approval && action && action.attempt > 0 && approval.generation <= action.generation;
  if (wasAsked && spec?.kind === "approval") return { ...approval, spec };
  throw new NotFound("approval_not_found", "There is no such approval.");
}

/** Milliseconds: an honest check takes a few. */
const longestCheckMs = 1_000;

/** What was filled in, if it is what the step asks for; a step that asks for nothing takes nothing. */
function checkedForm(schema: JsonObject | null, form: Json): Json {
  if (schema === null) {
    if (form === null || (isJsonObject(form) && Object.keys(form).length === 0)) return null;
    throw new Invalid("no_form", "This decision has no form to fill in; leave form out.", { path: "/form" });
  }
  const problems = problemsOf(schema, form).map((problem) => ({ ...problem, path: `/form${problem.path}` }));
  const [first] = problems;
  if (first) throw new Invalid("invalid_form", `${first.path}: ${first.message}`, { path: first.path, problems });
  return form;
}

function problemsOf(schema: JsonObject, form: Json): readonly Problem[] {
  const check = dataCheckOf(schema);
  if (!check.ok) return check.problems;
  try {
    return withinTime(longestCheckMs, () => check.value(form));
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    throw new Invalid("check_too_costly", "Checking the form takes too long. Simplify its schema.", { path: "/form" });
  }
}
