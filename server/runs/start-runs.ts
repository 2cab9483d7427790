import type { z } from "zod";
import type { started, startRuns } from "@/contract/runs";
import { decide } from "@/engine/decide";
import type { Json } from "@/engine/json";
import { type Actor, actorName, authorise, personsBehind } from "../auth/actor";
import { canonicalHash } from "../canonical";
import type { LoadedVersion } from "../definitions/cache";
import { noSuchSaga } from "../definitions/draft-state";
import { TooCostly, withinTime } from "../definitions/within-time";
import type { Deps } from "../deps";
import { Conflict, Invalid } from "../errors";
import type { StartAnswer, StartRequest } from "../orchestrator/client";
import { newId } from "../uuid";
import { scopedKey } from "./idempotency-key";

type Wanted = z.output<typeof startRuns>;
type Started = z.infer<typeof started>;

/** Starts a run of the latest version, or a batch of them: all valid, or none is started. Durable when it answers. */
export async function startRunsOf(
  deps: Deps,
  actor: Actor,
  { saga, wanted, headers }: { readonly saga: string; readonly wanted: Wanted; readonly headers: Headers },
): Promise<Started> {
  authorise(actor, "operator");
  const { number, version } = await latestVersion(deps, saga);
  const key = scopedKey(headers, actor, `start:${saga}`);
  const batch = Array.isArray(wanted);
  const hash = canonicalHash(wanted as Json);
  const requests = (batch ? wanted : [wanted]).map(
    ({ data }, index): StartRequest => ({
      id: newId(),
      saga,
      version: number,
      data,
      actor: actorName(actor),
      persons: personsBehind(actor),
      at: Date.now(),
      key: key === null ? null : batch ? `${key}#${index}` : key,
      hash,
    }),
  );
  const pathOf = (index: number) => (batch ? `/${index}/data` : "/data");
  checkInTime(batch ? longestCheckMs.batch : longestCheckMs.one, () => {
    for (const [index, { data }] of requests.entries()) checkData(version, data, pathOf(index));
    if (batch) for (const [index, request] of requests.entries()) checkExpressions(version, request, pathOf(index));
  });
  const answers = await deps.orchestrator.start(requests);
  const ids = answers.map(idOf);
  for (const [index, answer] of answers.entries()) refuse(answer, pathOf(index), batch ? ids : null);
  const [id = ""] = ids as string[];
  return batch ? { id, ids: ids as string[] } : { id };
}

async function latestVersion(deps: Deps, saga: string): Promise<{ number: number; version: LoadedVersion }> {
  const number = await deps.definitions.latest(saga);
  if (number === null) throw noSuchSaga(saga);
  const version = number === 0 ? null : await deps.definitions.version(saga, number);
  if (!version) throw new Conflict("not_published", `${saga} has no published version yet.`);
  return { number, version };
}

/** Milliseconds: an honest check takes a few, and a thousand of them a second on a busy machine. */
const longestCheckMs = { one: 1_000, batch: 5_000 } as const;

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

function idOf(answer: StartAnswer): string | null {
  return answer.kind === "started" || answer.kind === "repeated" ? answer.id : null;
}

function refuse(answer: StartAnswer, path: string, ids: readonly (string | null)[] | null): void {
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
