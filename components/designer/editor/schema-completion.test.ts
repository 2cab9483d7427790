import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { completeDefinition } from "./schema-completion";

/** What is offered at the mark `|`, asked for. */
function offered(marked: string): readonly string[] {
  const at = marked.indexOf("|");
  const state = EditorState.create({ doc: marked.replace("|", "") });
  const result = completeDefinition(new CompletionContext(state, at, true));
  return result?.options.map(({ label }) => label) ?? [];
}

test("a step's kind is one of those there are", () => {
  expect(offered("steps:\n  - id: a\n    kind: |")).toEqual(
    expect.arrayContaining(["action", "decision", "wait", "signal", "approval", "transform", "forEach", "saga"]),
  );
});

test("a step's fields are those of its kind, once each and less what is written", () => {
  const wait = offered("steps:\n  - id: a\n    |\n    kind: wait\n");
  expect(wait).toEqual(expect.arrayContaining(["for", "until", "onFailure", "title"]));
  expect(wait).not.toContain("action");
  expect(wait).not.toContain("id");
  expect(new Set(wait).size).toBe(wait.length);
  expect(offered("steps:\n  - id: a\n    |")).toEqual(expect.arrayContaining(["action", "probe", "compensation"]));
  expect(offered("steps:\n  - id: a\n    |")).not.toContain("signal");
});

test("what is below a field of a step is that of its kind, too", () => {
  const approval = "steps:\n  - id: a\n    kind: approval\n    approvers:\n      |\n";
  expect(offered(approval)).toEqual(["role", "users"]);
  expect(offered("steps:\n  - kind: decision\n    id: a\n    onFailure: |\n")).toEqual(["compensate", "hold"]);
  expect(offered("steps:\n  - id: a\n    onFailure: |\n  - id: b\n    kind: decision\n")).toContain("continue");
});

test("in a choreography, keys are those of its style, and an event is one that it names", () => {
  const head = "saga: Order\nstyle: choreography\nstarts: OrderCreated\n";
  expect(offered(`${head}|`)).toEqual(expect.arrayContaining(["mode", "correlation", "reactions", "ends"]));
  expect(offered(`${head}|`)).not.toContain("steps");
  expect(offered("saga: Order\n|")).not.toContain("reactions");
  const reactions = `${head}reactions:\n  - id: a\n    expect: [Paid, NotPaid]\n    `;
  expect(offered(`${reactions}|`)).toEqual(expect.arrayContaining(["on", "send", "emit", "undoes", "within"]));
  expect(offered(`${reactions}on: |`)).toEqual(["OrderCreated", "Paid", "NotPaid"]);
  expect(offered(`${head}mode: |`)).toEqual(["drive", "observe"]);
});
