import { z } from "zod";
import type { Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import type { Deps } from "../deps";

const shape = z.looseObject({ source: z.string().max(limits.key) });

/** The service that says the first event of a body; null: nobody does. All of one body are of one service. */
export async function serviceTelling(_: Deps, body: Json): Promise<string | null> {
  const read = shape.safeParse(Array.isArray(body) ? body[0] : body);
  return read.success ? read.data.source : null;
}
