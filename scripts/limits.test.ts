import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { queueLimits } from "@/contract/queues";
import { maxSourceLength } from "@/engine/expression/expression";
import { maxOutputSize } from "@/engine/expression/to-json";
import { limits } from "@/engine/limits";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/limits.md"), "utf8");
/** `what | name | value | at it`, as the page's tables have it. */
const rows = [...page.matchAll(/^\| [^|]+ \| `(\w+)` \| ([^|]+) \|([^|\n]*)\|$/gm)];

const units: Readonly<Record<string, number>> = {
  "": 1,
  KB: 1_024,
  MB: 1_024 * 1_024,
  s: 1_000,
  min: 60_000,
  day: 24 * 60 * 60_000,
  days: 24 * 60 * 60_000,
};

function numberOf(text: string): number {
  const [, digits = "", unit = ""] = /^([\d,.]+) ?([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(digits.replaceAll(",", "")) * (units[unit] ?? Number.NaN);
}

test("the page of limits says what the code does, and leaves none out", () => {
  const said = Object.fromEntries(rows.map(([, name = "", value = ""]) => [name, numberOf(value)]));
  for (const [, name = "", value = ""] of page.matchAll(/`(\w+)` \(([\d,]+)/g)) said[name] = numberOf(value);
  expect(said).toEqual({ ...limits, ...queueLimits, maxSourceLength, maxOutputSize });
});

test("every code on the page is one that the code gives", () => {
  const source = ["engine", "contract", "server"].flatMap(sourcesIn).join("\n");
  const codes = rows.flatMap(([, , , at = ""]) => [...at.matchAll(/`([a-z_-]+)`/g)].map(([, code = ""]) => code));
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name) && !entry.parentPath.includes("generated"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
