import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { definitionJsonSchema } from "./json-schema";
import { anyDefinition } from "./testing";

const validate = new Ajv2020({ strict: false }).compile(definitionJsonSchema());

test("it accepts what the parser accepts", () => {
  fc.assert(
    fc.property(anyDefinition, (document) => {
      expect(validate(document) || validate.errors).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test.each([
  {},
  { saga: "order", steps: [{ id: "a", action: "A.B" }] },
  { saga: "Order", steps: [] },
  { saga: "Order", steps: [{ id: "a", action: "A" }] },
  { saga: "Order", steps: [{ id: "a", action: "A.B", unknown: 1 }] },
  { saga: "Order", steps: [{ id: "a", action: { command: "A.B", timeout: "5m" } }] },
])("it refuses %j", (document) => expect(validate(document)).toBe(false));

test("it names itself and describes every field", () => {
  const schema = definitionJsonSchema() as { $id: string; title: string };
  expect(schema).toMatchObject({ $id: "/schema/saga-definition.json", title: "Saga definition" });
  expect(undescribed(schema, "")).toEqual([]);
});

/** Paths of properties without a description; positions need none. */
function undescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const properties = Object.entries(("properties" in schema ? schema.properties : null) ?? {});
  const here = properties
    .filter(([key, value]) => !("description" in (value as object)) && !/^[xy]$/.test(key))
    .map(([key]) => `${path}/${key}`);
  return [...here, ...Object.entries(schema).flatMap(([key, value]) => undescribed(value, `${path}/${key}`))];
}
