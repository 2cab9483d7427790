import type { z } from "zod";
import type { signalRequest, signalResult } from "@/contract/messages";
import type { Json } from "@/engine/json";
import { type Actor, actorName, authorise, byHand } from "../auth/actor";
import { canonicalHash } from "../canonical";
import { noSuchSaga } from "../definitions/draft-state";
import type { Deps } from "../deps";
import { Conflict, Invalid, NotFound } from "../errors";
import { scopedKey } from "../runs/idempotency-key";
import { settled } from "../runs/settled";
import { newId, uuidShape } from "../uuid";
import { type FoundRun, findRuns } from "./find-runs";

type Wanted = z.output<typeof signalRequest>;
type Result = { readonly decided: boolean; readonly body: z.infer<typeof signalResult> };

/** Sends a signal to a run, which keeps it until a step takes it (engine.md F13); 409 when the run has ended. */
export async function sendSignal(deps: Deps, actor: Actor, wanted: Wanted, headers: Headers): Promise<Result> {
  authorise(actor, "operator");
  const key = scopedKey(headers, actor, "signal");
  const { id: run, saga } = await addressed(deps, wanted, key);
  const { signal, data } = wanted;
  if (!saga.steps.some((spec) => spec.kind === "signal" && spec.signal === signal))
    throw new Invalid("unknown_signal", `No step of ${saga.type} waits for ${signal}.`, { path: "/signal" });
  const hash = canonicalHash(wanted as Json);
  const by = { actor: actorName(actor), ...byHand(actor) };
  const answer = await deps.orchestrator.signal({ id: newId(), run, signal, data, ...by, key, hash });
  const { decided, seq } = await settled(deps, answer, { run, what: "another signal" });
  return { decided, body: { run, seq } };
}

/** The run that is meant. One key means one run, even if another has the business key by now. */
async function addressed(deps: Deps, wanted: Wanted, key: string | null): Promise<FoundRun> {
  const { run, saga, businessKey } = wanted;
  if (run !== undefined && saga === undefined && businessKey === undefined) return found(deps, run, "/run");
  if (run !== undefined)
    throw new Invalid("address_twice", "Name the run, or its saga and business key, not both.", { path: "/run" });
  if (saga === undefined || businessKey === undefined)
    throw new Invalid("address_required", "Name the run, or its saga and its business key.", {
      path: saga === undefined && businessKey === undefined ? "/run" : saga === undefined ? "/saga" : "/businessKey",
    });
  const before = key === null ? null : await deps.prisma.sagaDedupe.findUnique({ where: { key } });
  return found(deps, before?.run ?? (await liveRun(deps, saga, businessKey)), "/businessKey");
}

async function found(deps: Deps, run: string, path: string): Promise<FoundRun> {
  const id = run.toLowerCase();
  const there = uuidShape.test(id) ? (await findRuns(deps, [id])).get(id) : undefined;
  if (there) return there;
  throw new NotFound("run_not_found", "There is no such run.", path);
}

const mostNamed = 20;

/** The only run that has the business key and has not ended. */
async function liveRun({ prisma, definitions }: Deps, saga: string, businessKey: string): Promise<string> {
  if ((await definitions.latest(saga)) === null) throw noSuchSaga(saga);
  const live = await prisma.sagaRun.findMany({
    where: { saga, businessKey, endedAt: null },
    select: { id: true },
    orderBy: { id: "desc" },
    take: mostNamed,
  });
  const [only, ...others] = live;
  if (!only)
    throw new NotFound("run_not_found", `No live run of ${saga} has the business key ${businessKey}.`, "/businessKey");
  if (others.length === 0) return only.id;
  const detail = `Several live runs of ${saga} have the business key ${businessKey}. Name the run that is meant.`;
  throw new Conflict("several_runs", detail, { path: "/businessKey", ids: live.map(({ id }) => id) });
}
