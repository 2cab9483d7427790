import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { isJsonObject, type Json } from "@/engine/json";

export type DataProblem = { readonly path: string; readonly message: string };

/** Says what is wrong with a run's data, or null. */
export type DataCheck = (data: Json) => DataProblem | null;

/** The check that an input schema stands for; throws when the schema cannot be compiled. */
export function toDataCheck(schema: Json | undefined): DataCheck {
  if (schema === undefined) return () => null;
  if (isJsonObject(schema) && schema.$async !== undefined) throw new Error("$async schemas are not supported");
  const ajv = new Ajv2020({ strict: false, allErrors: false, ownProperties: true, logger: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema as object | boolean);
  return (data) => (validate(data) ? null : toProblem(validate.errors?.[0]));
}

function toProblem(error: ErrorObject | undefined): DataProblem {
  if (!error) return { path: "", message: "does not fit the input schema" };
  const field = error.params.missingProperty ?? error.params.additionalProperty ?? error.params.unevaluatedProperty;
  const token = typeof field === "string" ? `/${field.replaceAll("~", "~0").replaceAll("/", "~1")}` : "";
  const allowed = Array.isArray(error.params.allowedValues) ? `: ${error.params.allowedValues.join(", ")}` : "";
  return { path: `${error.instancePath}${token}`, message: `${error.message ?? "does not fit"}${allowed}` };
}
