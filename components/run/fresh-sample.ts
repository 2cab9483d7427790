import type { SagaDocument } from "@/engine/definition/document";
import { isJsonObject, type Json } from "@/engine/json";

/** `${data.<field>}` and nothing else. */
const plainField = /^\$\{\s*data\.(\w+)\s*\}$/;
/** `${event.data.<field>}` and nothing else. */
const plainEventField = /^\$\{\s*event\.data\.(\w+)\s*\}$/;
/** Whatever a choreography's runs are told apart by, it says last. */
const lastField = /event\.data\.(\w+)[\s)]*\}$/;

/** The field of the first event's data that tells the runs of a choreography apart; undefined: not one field alone. */
export const runKeyField = ({ correlation }: Pick<SagaDocument, "correlation">) =>
  correlation?.match(plainEventField)?.[1];

/**
 * The sample with a business key of its own, so that two runs started from it can be told apart: its last digits are
 * drawn anew. Without a sample, what a run of a choreography cannot do without is there to be filled in. `random`: a number
 * in [0, 1).
 */
export function freshSample(document: SagaDocument, random: number): Json {
  const { sample, businessKey } = document;
  const runKey = runKeyField(document);
  if (sample === undefined) return runKey === undefined ? {} : { [runKey]: "" };
  const field = businessKey?.match(plainField)?.[1] ?? document.correlation?.match(lastField)?.[1];
  if (field === undefined || !isJsonObject(sample)) return sample;
  const key = sample[field];
  const digits = typeof key === "string" ? key.match(/\d+$/)?.[0] : undefined;
  if (typeof key !== "string" || digits === undefined) return sample;
  const drawn = Math.floor(random * 10 ** digits.length);
  return { ...sample, [field]: key.slice(0, key.length - digits.length) + String(drawn).padStart(digits.length, "0") };
}
