import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import { lint } from "@/engine/definition/lint";
import { parseDefinition } from "@/engine/definition/parse";
import { commandOf } from "./services/commands";

const folder = join(import.meta.dirname, "definitions");

describe.each(readdirSync(folder))("the seeded saga %s", (file) => {
  const parsed = parseDefinition(readFileSync(join(folder, file), "utf8"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));

  test("has no problems", () => {
    expect(lint(parsed.value).filter((problem) => problem.severity === "error")).toEqual([]);
  });

  test("asks the shop only for what it does, and undoes each action with its own undo", () => {
    for (const step of compile(parsed.value, 1).steps) {
      expect(commandOf(step.action.service, step.action.command)).toMatchObject({ kind: "action" });
      if (step.compensation === null) continue;
      expect(step.compensation.service).toBe(step.action.service);
      const undo = commandOf(step.compensation.service, step.compensation.command);
      expect(undo).toMatchObject({ kind: "undo", undoes: step.action.command });
    }
  });
});
