import { describe, expect, test } from "vitest";
import { endpoints } from "./endpoints";
import { openApiDocument } from "./openapi";

type Operation = {
  security?: unknown;
  parameters?: readonly { readonly name: string; readonly in: string }[];
  requestBody?: { content: Record<string, { examples?: Record<string, unknown> }> };
};
const document = openApiDocument("http://localhost:3000") as unknown as {
  paths: Record<string, Record<string, Operation>>;
};
const described = endpoints.map((each) => ({ name: `${each.method} ${each.path}`, each }));

describe.each(described)("$name", ({ each }) => {
  const operation = document.paths[`/api/v1${each.path}`]?.[each.method];

  test("is described, with a body where it takes one", () => {
    expect(operation).toBeDefined();
    expect(operation?.requestBody !== undefined).toBe(each.body !== undefined);
  });

  test("has examples that it would take", () => {
    for (const example of Object.values(each.examples ?? {}))
      expect(each.body?.safeParse(example).error).toBeUndefined();
    const shown = operation?.requestBody?.content["application/json"]?.examples ?? {};
    expect(Object.keys(shown)).toEqual(Object.keys(each.examples ?? {}));
  });
});

test("what is for services can be signed instead of sent with a key", () => {
  const signed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      JSON.stringify(security ?? []).includes("signature") ? [`${method} ${path}`] : [],
    ),
  );
  expect(signed).toEqual([
    "post /api/v1/replies",
    "post /api/v1/events",
    ...["claim", "complete", "fail", "heartbeat"].map((word) => `post /api/v1/queues/{service}/${word}`),
  ]);
});

test.each(["/replies", "/events"])("%s takes CloudEvents by their own media types, and in binary mode", (path) => {
  const { requestBody, parameters } = document.paths[`/api/v1${path}`]?.post ?? {};
  expect(Object.keys(requestBody?.content ?? {})).toEqual([
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
  ]);
  const headers = parameters?.filter((each) => each.in === "header" && each.name.startsWith("ce-"));
  const names = ["specversion", "id", "source", "type", "subject", "time"];
  expect(headers?.map(({ name }) => name)).toEqual(names.map((name) => `ce-${name}`));
});
