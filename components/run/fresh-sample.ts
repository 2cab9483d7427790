import type { SagaDocument } from "@/engine/definition/document";
import { isJsonObject, type Json } from "@/engine/json";

/** `${data.<field>}` and nothing else. */
const plainField = /^\$\{\s*data\.(\w+)\s*\}$/;
/** Whatever a choreography's runs are told apart by, it says last. */
const lastField = /event\.data\.(\w+)[\s)]*\}$/;

/**
 * The sample with a business key of its own, so that two runs started from it can be told apart: its last digits are
 * drawn anew. `random`: a number in [0, 1).
 */
export function freshSample({ sample, businessKey, correlation }: SagaDocument, random: number): Json {
  const field = businessKey?.match(plainField)?.[1] ?? correlation?.match(lastField)?.[1];
  if (sample === undefined || field === undefined || !isJsonObject(sample)) return sample ?? {};
  const key = sample[field];
  const digits = typeof key === "string" ? key.match(/\d+$/)?.[0] : undefined;
  if (typeof key !== "string" || digits === undefined) return sample;
  const drawn = Math.floor(random * 10 ** digits.length);
  return { ...sample, [field]: key.slice(0, key.length - digits.length) + String(drawn).padStart(digits.length, "0") };
}
