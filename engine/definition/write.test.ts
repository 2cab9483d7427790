import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDefinition } from "./parse";
import { anyDefinition } from "./testing";
import { toJson, toYaml } from "./write";

test("what is written is read back, as YAML and as JSON", () => {
  fc.assert(
    fc.property(anyDefinition, (document) => {
      expect(parseDefinition(toYaml(document))).toEqual({ ok: true, value: document });
      expect(parseDefinition(toJson(document))).toEqual({ ok: true, value: document });
    }),
    { numRuns: 25 },
  );
}, 30_000);

test("text that looks like something else stays text", () => {
  const sample = [
    "yes",
    "null",
    "~",
    "1",
    "1e3",
    "0x1F",
    "2026-01-01",
    "",
    " x ",
    "a: b",
    "- a",
    "# no",
    "a\nb\n",
    "\t",
    "'",
    '"',
    "{",
    "*x",
    "!x",
    "é😀",
    "\u2028",
  ];
  const document = { saga: "Order", sample, steps: [{ id: "a", action: "A.B" }] };
  expect(parseDefinition(toYaml(document))).toEqual({ ok: true, value: document });
});

test("keys come in one order, whatever order they had, and the layout comes last", () => {
  const document = {
    layout: { a: { y: 0, x: 1 } },
    steps: [{ onFailure: "hold" as const, action: { timeout: "PT5S", command: "A.B" }, id: "a", title: "First" }],
    title: "Order",
    saga: "Order",
  };
  expect(toYaml(document)).toBe(`saga: Order
title: Order
steps:
  - id: a
    title: First
    action:
      command: A.B
      timeout: PT5S
    onFailure: hold
layout:
  a: { y: 0, x: 1 }
`);
  expect(Object.keys(JSON.parse(toJson(document)) as object)).toEqual(["saga", "title", "steps", "layout"]);
});

test("an object used twice is written twice, without anchors", () => {
  const retry = { attempts: 2 };
  const document = {
    saga: "Order",
    steps: [{ id: "a", action: { command: "A.B", retry }, compensation: { command: "A.C", retry } }],
  };
  expect(toYaml(document)).not.toMatch(/[&*]/);
});
