import type { OperationRequest } from "@/contract/runs";
import { personsWith } from "@/engine/persons";
import { isEnded, type RunState } from "@/engine/run/state";
import { type Actor, actorName, personsBehind as peopleOf } from "../auth/actor";
import type { Deps } from "../deps";
import { Conflict, Unavailable } from "../errors";
import type { StartRequest } from "../orchestrator/client";
import { newId } from "../uuid";
import { scopedKey } from "./idempotency-key";
import { checkStarts, idOf, latestVersion, refuseStart } from "./start-checks";

type Again = {
  /** The run that is started again. */
  readonly before: RunState;
  readonly request: OperationRequest;
  readonly headers: Headers;
  /** The operation's own key and hash. */
  readonly key: string | null;
  readonly hash: string;
};

/**
 * Starts a run of the latest version with an ended run's data, or other data, and answers its id. The same
 * Idempotency-Key starts it once, and answers the same run however far either has come since.
 */
export async function startAgain(deps: Deps, actor: Actor, again: Again): Promise<string> {
  const key = scopedKey(again.headers, actor, `start-again:${again.before.id}`);
  const begun = await findBegun(deps, again, key);
  if (begun !== null) return begun;
  checkBefore(again);
  const { number, version } = await latestVersion(deps, again.before.saga);
  const request = toStart(actor, again, { number, key });
  const path = again.request.input === undefined ? "" : "/input";
  checkStarts(version, [request], { pathOf: () => path, expressions: false });
  const [answer] = await deps.orchestrator.start([request]);
  if (answer) refuseStart(answer, path, null);
  const id = answer && idOf(answer);
  if (!id) throw new Unavailable();
  return id;
}

/** The run that the same key started before. A key that was used for anything else starts nothing. */
async function findBegun({ prisma }: Deps, again: Again, key: string | null): Promise<string | null> {
  if (key === null || again.key === null) return null;
  const used = await prisma.sagaDedupe.findMany({ where: { key: { in: [key, again.key] } } });
  if (used.some(({ hash }) => hash !== again.hash))
    throw new Conflict("key_reused", "This Idempotency-Key was used with another operation.");
  return used.find((each) => each.key === key)?.run ?? null;
}

function checkBefore({ before, request }: Again): void {
  const { state } = before;
  if (!isEnded(before))
    throw new Conflict("run_live", "The run has not ended; end it before starting it again.", { state });
  if (request.seq === undefined || request.seq === before.seq) return;
  const detail = `The run has moved on to decision ${before.seq}; look at the plan again.`;
  throw new Conflict("stale_plan", detail, { state });
}

type Fresh = { readonly number: number; readonly key: string | null };

function toStart(actor: Actor, { before, request, hash }: Again, { number, key }: Fresh): StartRequest {
  return {
    id: newId(),
    saga: before.saga,
    version: number,
    data: request.input ?? before.data,
    actor: actorName(actor),
    at: Date.now(),
    key,
    hash,
    persons: request.input === undefined ? personsBehind(actor, before.persons) : peopleOf(actor),
    restartOf: before.id,
  };
}

/** Whoever starts it again, and whoever was behind the data that are used again; nobody, where either is not known (F14). */
function personsBehind(actor: Actor, before: readonly string[]): readonly string[] {
  return personsWith(peopleOf(actor), before);
}
