/** What every start is asked before it is made, and how it is refused. */
import { decide } from "@/engine/decide";
import type { Json } from "@/engine/json";
import type { LoadedVersion } from "../definitions/cache";
import { noSuchSaga } from "../definitions/draft-state";
import { TooCostly, withinTime } from "../definitions/within-time";
import type { Deps } from "../deps";
import { Conflict, Invalid } from "../errors";
import type { StartAnswer, StartRequest } from "../orchestrator/client";

/** The version that starts run, or why there is none. */
export async function latestVersion(deps: Deps, saga: string): Promise<{ number: number; version: LoadedVersion }> {
  const number = await deps.definitions.latest(saga);
  if (number === null) throw noSuchSaga(saga);
  const version = number === 0 ? null : await deps.definitions.version(saga, number);
  if (!version) throw new Conflict("not_published", `${saga} has no published version yet.`);
  const { choreography } = version.saga;
  if (choreography?.mode === "observe") {
    const detail = `${saga} is only watched: a run begins when somebody says ${choreography.starts}.`;
    throw new Conflict("only_watched", detail);
  }
  return { number, version };
}

/** Milliseconds: an honest check takes a few, and a thousand of them a second on a busy machine. */
const longestCheckMs = { one: 1_000, batch: 5_000 } as const;

type Checks = { readonly pathOf: (index: number) => string; readonly expressions: boolean };

/** Throws 422 for the first start whose data do not fit. `expressions`: whose business key or exposure fails, too. */
export function checkStarts(
  version: LoadedVersion,
  requests: readonly StartRequest[],
  { pathOf, expressions }: Checks,
): void {
  checkInTime(requests.length === 1 ? longestCheckMs.one : longestCheckMs.batch, () => {
    for (const [index, { data }] of requests.entries()) checkData(version, data, pathOf(index));
    if (expressions)
      for (const [index, request] of requests.entries()) checkExpressions(version, request, pathOf(index));
  });
}

function checkInTime(milliseconds: number, check: () => void): void {
  try {
    withinTime(milliseconds, check);
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    const detail = "Checking the data takes too long. Send less at once, or simplify the saga's input schema.";
    throw new Invalid("check_too_costly", detail, { path: "" });
  }
}

function checkData({ check }: LoadedVersion, data: Json, path: string): void {
  const problems = check(data).map((problem) => ({ ...problem, path: `${path}${problem.path}` }));
  const [first] = problems;
  if (first) throw new Invalid("invalid_data", `${first.path}: ${first.message}`, { path: first.path, problems });
}

/** What the start would be refused for, asked before any run of a batch is started. */
function checkExpressions({ saga }: LoadedVersion, { id, data, actor, at }: StartRequest, path: string): void {
  const { refused } = decide(saga, null, { type: "RunRequested", at, run: id, data, actor });
  if (refused) throw new Invalid(refused.code, refused.detail, { path });
}

/** The run that there is now, or null. */
export function idOf(answer: StartAnswer): string | null {
  return answer.kind === "started" || answer.kind === "repeated" ? answer.id : null;
}

/** Throws what a start was refused for. `ids`: of a batch, the runs that did start. */
export function refuseStart(answer: StartAnswer, path: string, ids: readonly (string | null)[] | null): void {
  const extra = { path, ...(ids?.some((id) => id !== null) ? { ids } : {}) };
  switch (answer.kind) {
    case "started":
    case "repeated":
      return;
    case "key_reused":
      throw new Conflict("key_reused", "This Idempotency-Key was used with another body.", extra);
    case "business_key_taken":
      throw new Conflict("business_key_taken", `A live run has the business key ${answer.businessKey}.`, extra);
    case "refused":
      throw new Invalid(answer.code, answer.detail, extra);
  }
}
