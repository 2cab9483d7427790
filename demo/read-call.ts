import type { HonoRequest } from "hono";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "@/engine/json";
import type { Call } from "./command";
import { text } from "./input";
import { Refused } from "./problem";
import type { CommandName } from "./services/commands";

const headers = z.object({
  "idempotency-key": z.string().min(1).max(255),
  "saga-id": text.optional(),
  "saga-step": text.optional(),
  "saga-attempt": z.coerce.number().int().min(1).max(1_000_000).optional().catch(undefined),
});

/** Reads a call off the wire; throws `Refused` (400) when it has no key or no JSON object. */
export async function readCall(request: HonoRequest, name: CommandName): Promise<Call> {
  const told = headers.safeParse(request.header());
  if (!told.success) throw malformed("missing_key", "A call needs an Idempotency-Key header of 1 to 255 characters.");
  const body = await readBody(request);
  return {
    ...name,
    key: told.data["idempotency-key"],
    run: told.data["saga-id"] ?? textIn(body, "saga_id"),
    step: told.data["saga-step"] ?? textIn(body, "step_name"),
    attempt: told.data["saga-attempt"] ?? null,
    body,
  };
}

async function readBody(request: HonoRequest): Promise<JsonObject> {
  const written = await request.text();
  if (written === "") return {};
  try {
    const body: unknown = JSON.parse(written);
    if (isJsonObject(body)) return body;
  } catch {
    // Falls through to the same answer: it is no JSON object either way.
  }
  throw malformed("not_json", "The body must be a JSON object.");
}

function textIn(body: JsonObject, name: string): string | null {
  const value = text.safeParse(body[name]);
  return value.success ? value.data : null;
}

function malformed(type: string, detail: string): Refused {
  return new Refused({ type, title: "Not a call", status: 400, detail });
}
