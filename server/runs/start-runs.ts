import type { z } from "zod";
import type { started, startRuns } from "@/contract/runs";
import type { Json } from "@/engine/json";
import { type Actor, actorName, authorise, personsBehind } from "../auth/actor";
import { canonicalHash } from "../canonical";
import type { Deps } from "../deps";
import type { StartRequest } from "../orchestrator/client";
import { newId } from "../uuid";
import { scopedKey } from "./idempotency-key";
import { checkStarts, idOf, latestVersion, refuseStart } from "./start-checks";

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
  checkStarts(version, requests, { pathOf, expressions: batch });
  const answers = await deps.orchestrator.start(requests);
  const ids = answers.map(idOf);
  for (const [index, answer] of answers.entries()) refuseStart(answer, pathOf(index), batch ? ids : null);
  const [id = ""] = ids as string[];
  return batch ? { id, ids: ids as string[] } : { id };
}
