/** Rules about the run's data: its schema, its sample, and the fields that expressions name. */
import { references } from "../../expression/expression";
import { isJsonObject, type JsonObject } from "../../json";
import { errorAt, type Rule, warningAt } from "../facts";
import { canCheckSchemas, dataCheckOf } from "../input-schema";
import { keysOf } from "../pointer";

const inputSchema: Rule = ({ document }) => {
  if (document.input === undefined || !canCheckSchemas()) return [];
  const checked = dataCheckOf(document.input);
  return checked.ok
    ? []
    : checked.problems.map((problem) => errorAt({ path: ["input"] }, problem.code, problem.message));
};

const sampleAgainstSchema: Rule = ({ document: { input, sample } }) => {
  if (input === undefined || sample === undefined || !canCheckSchemas()) return [];
  const checked = dataCheckOf(input);
  if (!checked.ok) return [];
  return checked.value(sample).map((problem) => {
    const message = `The sample does not fit the input schema: ${problem.message}`;
    return warningAt({ path: ["sample", ...keysOf(problem.path)] }, "sample-invalid", message);
  });
};

const unknownDataField: Rule = ({ document, expressions }) => {
  const fields = fieldsOf(document.input);
  if (!fields) return [];
  return expressions.flatMap((facts) => {
    if (!facts.parsed.ok) return [];
    const names = references(facts.parsed.value)
      .filter(({ path, guarded }) => path[0] === "data" && !guarded && path[1] !== undefined && !fields.has(path[1]))
      .map(({ path }) => path[1] ?? "");
    return [...new Set(names)].map((name) =>
      warningAt(facts, "unknown-data-field", `It reads data.${name}, which the input schema does not describe.`),
    );
  });
};

/** The names that the schema lists, or null when it may allow others that it does not list. */
function fieldsOf(schema: JsonObject | undefined): ReadonlySet<string> | null {
  if (!isJsonObject(schema?.properties)) return null;
  const open = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "patternProperties", "dependentSchemas"];
  if (open.some((keyword) => Object.hasOwn(schema, keyword))) return null;
  return isJsonObject(schema.additionalProperties) ? null : new Set(Object.keys(schema.properties));
}

export const inputRules: readonly Rule[] = [inputSchema, sampleAgainstSchema, unknownDataField];
