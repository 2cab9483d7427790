import { expect, test } from "vitest";
import { yamlPathAt } from "./yaml-path";

const lines = `saga: Order
steps:
  - id: pay
    action:
      command: A.B
      retry:
        att
    comp
  - 
edges:
  - { from: a }
de`.split("\n");

test.each([
  [0, 2, []],
  [2, 6, ["steps", "-"]],
  [3, 6, ["steps", "-"]],
  [4, 8, ["steps", "-", "action"]],
  [6, 11, ["steps", "-", "action", "retry"]],
  [7, 8, ["steps", "-"]],
  [8, 4, ["steps", "-"]],
  [11, 2, []],
])("line %d, column %d is in %j", (line, column, path) => {
  expect(yamlPathAt(lines, line, column)).toEqual(path);
});
