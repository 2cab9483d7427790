/** The input schema of a definition (JSON Schema, draft 2020-12): whether it is one, and what data it refuses. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Json, JsonObject } from "../json";
import type { Problem, Result } from "../problem";

export type DataCheck = (data: Json) => readonly Problem[];

const known = new WeakMap<JsonObject, Result<DataCheck>>();

/** A check of data against the schema; code `input-schema` when the schema is not a valid one. */
export function dataCheckOf(schema: JsonObject): Result<DataCheck> {
  const cached = known.get(schema);
  if (cached) return cached;
  const built = build(schema);
  known.set(schema, built);
  return built;
}

let canGenerateCode: boolean | undefined;

/** False where a page's policy forbids code generation, which ajv needs: only the server can check schemas then. */
export function canCheckSchemas(): boolean {
  canGenerateCode ??= tryGenerateCode();
  return canGenerateCode;
}

function tryGenerateCode(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

/** Each schema gets an instance of its own: a shared one would keep every draft that was ever linted. */
function build(schema: JsonObject): Result<DataCheck> {
  try {
    if (schema.$async !== undefined) throw new Error("$async schemas are not supported");
    const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true, logger: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    return { ok: true, value: (data) => check(validate, data) };
  } catch (error) {
    const message = `The input schema is not a JSON Schema: ${(error as Error).message}.`;
    return { ok: false, problems: [{ code: "input-schema", severity: "error", path: "", message }] };
  }
}

/** At most 20 problems; code `invalid-data`, path a JSON Pointer into the data. */
function check(validate: ValidateFunction, data: Json): Problem[] {
  if (validate(data)) return [];
  return (validate.errors ?? []).slice(0, 20).map((error) => {
    const path = pathOf(error);
    return { code: "invalid-data", severity: "error", path, message: `${path || "The data"} ${saidOf(error)}.` };
  });
}

function saidOf({ keyword, message }: ErrorObject): string {
  if (keyword === "required") return "is missing";
  return keyword === "additionalProperties" ? "is not one of the expected fields" : (message ?? "does not fit");
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  const key =
    keyword === "required"
      ? params.missingProperty
      : keyword === "additionalProperties"
        ? params.additionalProperty
        : null;
  return typeof key === "string" ? `${instancePath}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}` : instancePath;
}
