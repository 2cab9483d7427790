import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import { lint } from "@/engine/definition/lint";
import { parseDefinition } from "@/engine/definition/parse";
import { commandOf } from "./services/commands";

const folder = join(import.meta.dirname, "definitions");
const files = readdirSync(folder);

function read(file: string) {
  const parsed = parseDefinition(readFileSync(join(folder, file), "utf8"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.value;
}

describe.each(files)("the seeded saga %s", (file) => {
  const document = read(file);
  const saga = compile(document, 1);

  test("has no problems, and a sample that starts it", () => {
    // Seeded in the order of their files: a saga may run only those before it.
    const earlier = files.slice(0, files.indexOf(file)).map((name) => compile(read(name), 1));
    const known = new Map(
      earlier.map(({ type, steps }) => [type, { hasPivot: steps.some((step) => step.class === "pivot") }]),
    );
    expect(lint(document, known)).toEqual([]);
    expect(document.sample).toBeDefined();
  });

  test("asks the shop only for what it does, and undoes and probes each action with its own undo and probe", () => {
    for (const { action, compensation, probe } of saga.steps) {
      if (action === null) continue;
      expect(commandOf(action.service, action.command)).toMatchObject({ kind: "action" });
      if (compensation) {
        expect(compensation.service).toBe(action.service);
        expect(commandOf(compensation.service, compensation.command)).toMatchObject({
          kind: "undo",
          undoes: action.command,
        });
      }
      if (probe) {
        expect(probe.service).toBe(action.service);
        expect(commandOf(probe.service, probe.command)).toMatchObject({ kind: "probe", asksAbout: action.command });
      }
    }
  });

  test("is drawn from left to right, no card on another, unless it is left to the canvas", () => {
    const { layout = {} } = document;
    const drawn = saga.choreography ? [] : saga.steps;
    expect(Object.keys(layout).sort()).toEqual(drawn.map(({ id }) => id).sort());
    const places = drawn.map(({ id }) => layout[id] ?? { x: 0, y: 0 });
    for (const { from, to } of saga.edges) expect(places[from]?.x).toBeLessThan(places[to]?.x ?? 0);
    const overlaps = places.flatMap((one, i) =>
      places.slice(i + 1).filter((other) => Math.abs(one.x - other.x) < 280 && Math.abs(one.y - other.y) < 130),
    );
    expect(overlaps).toEqual([]);
  });
});
