import { z } from "zod";
import { replyType } from "@/contract/messages";
import type { Json } from "@/engine/json";
import type { Deps } from "../deps";
import { findRuns } from "./find-runs";
import { runOf } from "./reply-request";
import { commandAnswered } from "./reply-target";

/** As little as it takes to find out, so that whatever else is wrong can be said to whoever proves to be the service. */
const shape = z.looseObject({
  type: replyType,
  subject: z.string().nullish(),
  data: z.looseObject({ saga_id: z.string().nullish(), step_name: z.string() }),
});

/** The service that the first reply of a body answers for; null: none is found. All of one body are of one service. */
export async function serviceAnswering(deps: Deps, body: Json): Promise<string | null> {
  const read = shape.safeParse(Array.isArray(body) ? body[0] : body);
  const run = read.success ? runOf(read.data) : null;
  if (!read.success || run === null) return null;
  const saga = (await findRuns(deps, [run])).get(run)?.saga;
  const spec = saga?.steps[saga.indexOf.get(read.data.data.step_name) ?? -1];
  return (spec && commandAnswered(spec, read.data.type)?.service) ?? null;
}
