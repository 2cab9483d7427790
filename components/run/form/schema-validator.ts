import type { RJSFSchema, RJSFValidationError, ValidatorType } from "@rjsf/utils";
import { toErrorSchema } from "@rjsf/utils";
import { z } from "zod";
import type { Json, JsonObject } from "@/engine/json";

/**
 * JSON Schema checks for forms, by zod: ajv makes code at run time, which the page's content policy forbids. It only
 * helps the person; the server checks every start with ajv and has the last word. A schema zod cannot read checks nothing.
 */
export type FieldProblem = { readonly path: readonly PropertyKey[]; readonly message: string };

const readers = new WeakMap<object, z.ZodType | null>();

function readerOf(schema: object): z.ZodType | null {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  let reader: z.ZodType | null = null;
  try {
    reader = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    reader = null;
  }
  readers.set(schema, reader);
  return reader;
}

/** What is wrong with data against a schema, as far as the browser can tell. */
export function checkData(schema: JsonObject, data: Json | undefined): readonly FieldProblem[] {
  const checked = readerOf(schema)?.safeParse(data);
  if (!checked || checked.success) return [];
  return checked.error.issues.map(({ path, message, code, ...issue }) => ({
    path,
    message: "input" in issue || code !== "invalid_type" || !isMissing(data, path) ? message : "Required",
  }));
}

function isMissing(data: Json | undefined, path: readonly PropertyKey[]): boolean {
  let at: unknown = data;
  for (const key of path) at = at === null || typeof at !== "object" ? undefined : Reflect.get(at, key);
  return at === undefined;
}

/** A JSON Pointer of the server's, `/items/0/name`, as a path. */
export const pointerPath = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

const toErrors = (problems: readonly FieldProblem[]): RJSFValidationError[] =>
  problems.map(({ path, message }) => ({
    message,
    property: path.map((key) => `.${String(key)}`).join(""),
    stack: message,
  }));

/** Problems as the form shows them, each at its field. */
export const toFieldErrors = (problems: readonly FieldProblem[]) => toErrorSchema<unknown>(toErrors(problems));

/** What the form library asks of a validator. */
export const schemaValidator: ValidatorType<unknown, RJSFSchema> = {
  isValid: (schema, data) => checkData(schema as JsonObject, data as Json | undefined).length === 0,
  rawValidation: () => ({ errors: [] }),
  validateFormData: (data, schema) => {
    const errors = toErrors(checkData(schema as JsonObject, data as Json | undefined));
    return { errors, errorSchema: toErrorSchema<unknown>(errors) };
  },
};
