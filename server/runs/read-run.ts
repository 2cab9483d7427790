import type { z } from "zod";
import type { RunCounts, RunView, runEvents, runEventsQuery } from "@/contract/runs";
import type { Saga } from "@/engine/definition/saga";
import type { RunState } from "@/engine/run/state";
import { toEventViews, toRunView } from "@/engine/view";
import { type Actor, authorise } from "../auth/actor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import { uuidShape } from "../uuid";

type Loaded = { readonly saga: Saga; readonly state: RunState; readonly isArchived: boolean };

/** A run as its log tells it now, archived or not. Throws 404 for what is no run, a malformed id included. */
export async function loadRun({ orchestrator }: Deps, id: string): Promise<Loaded> {
  const found = uuidShape.test(id) ? await orchestrator.load(id.toLowerCase()) : null;
  if (!found) throw new NotFound("run_not_found", "There is no such run.");
  return found;
}

/** A run that may still be operated on. Throws 409 for an archived one. */
export async function loadLiveRun(deps: Deps, id: string): Promise<Loaded> {
  const found = await loadRun(deps, id);
  if (!found.isArchived) return found;
  const detail = "This run ended long ago and was archived: it can be read, but nothing can be done with it any more.";
  throw new Conflict("run_archived", detail, { state: found.state.state });
}

export async function readRun(deps: Deps, actor: Actor, id: string): Promise<RunView> {
  authorise(actor, "viewer");
  return toRunView((await loadRun(deps, id)).state);
}

/** Decisions after `after`, oldest first; `next` is where the following page starts, or null at the end. */
export async function readEvents(
  deps: Deps,
  actor: Actor,
  id: string,
  { after, limit }: z.output<typeof runEventsQuery>,
): Promise<z.infer<typeof runEvents>> {
  authorise(actor, "viewer");
  const { state } = await loadRun(deps, id);
  const entries = await deps.orchestrator.entries(state.id, after, limit);
  const last = entries.at(-1)?.seq ?? after;
  return { events: entries.flatMap(toEventViews), next: last < state.seq && entries.length > 0 ? last : null };
}

export async function readCounts({ counter }: Deps, actor: Actor): Promise<RunCounts> {
  authorise(actor, "viewer");
  return (await counter.counted()).total;
}
