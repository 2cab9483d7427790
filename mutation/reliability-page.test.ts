import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mutants } from "./mutants";
import { mutate, root } from "./mutate";
import { rowOf } from "./table";

const page = readFileSync(`${root}docs/reliability.md`, "utf8");

test("the page on reliability lists the mutants as they are", () => {
  const rows = page.slice(page.indexOf("| mutant |")).trimEnd().split("\n").slice(2);
  expect(rows).toEqual(mutants.map(rowOf));
});

test("every test that the page names is there", () => {
  const named = [...page.matchAll(/`((?:[\w-]+\/)*[\w-]+(?:\.\w+)*\.test\.ts)`/g)].map(([, file = ""]) => file);
  expect(named.length).toBeGreaterThan(20);
  const folders = ["", "server/orchestrator/", "engine/"];
  expect(named.filter((file) => !folders.some((folder) => existsSync(`${root}${folder}${file}`)))).toEqual([]);
});

test("every mutant fits the source as it is", () => {
  for (const mutant of mutants.filter(({ name }) => !name.startsWith("control-")))
    expect(() => mutate(mutant)).not.toThrow();
});
