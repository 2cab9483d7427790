import { expect, test } from "vitest";
import { fieldOrder } from "./field-order";
import { checkData, pointerPath, toFieldErrors } from "./schema-validator";

const schema = {
  type: "object",
  required: ["id", "items"],
  properties: {
    id: { type: "string", minLength: 1 },
    items: { type: "array", items: { type: "object", required: ["qty"], properties: { qty: { type: "number" } } } },
  },
};

test("data that fits has no problem", () => {
  expect(checkData(schema, { id: "1", items: [{ qty: 2 }], more: true })).toEqual([]);
});

test("problems come with the path of their field", () => {
  const problems = checkData(schema, { items: [{ qty: "two" }] });
  expect(problems.map((problem) => problem.path)).toEqual([["id"], ["items", 0, "qty"]]);
  expect(problems[0]?.message).toBe("Required");
  expect(toFieldErrors(problems)).toMatchObject({ id: { __errors: ["Required"] } });
});

test("a schema that cannot be read here is left to the server", () => {
  expect(checkData({ $ref: "https://example.com/other" }, {})).toEqual([]);
});

test("a JSON Pointer becomes a path", () => {
  expect(pointerPath("/items/0/a~1b")).toEqual(["items", "0", "a/b"]);
});

test("required fields come first, in the order in which they are required", () => {
  expect(fieldOrder({ ...schema, required: ["items", "id"] })).toEqual({
    "ui:order": ["items", "id", "*"],
    id: {},
    items: { items: { "ui:order": ["qty", "*"], qty: {} } },
  });
});
