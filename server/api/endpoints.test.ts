import { expect, test } from "vitest";
import { limits } from "@/engine/limits";
import { endpoints } from "./endpoints";

test("no body that becomes part of a run may be larger than the hard limit", () => {
  const large = endpoints.filter(({ limit = limits.body }) => limit > limits.largestBody);
  expect(large.map(({ method, path }) => `${method} ${path}`)).toEqual(["put /sagas/{type}/draft"]);
});
