import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may import whom (docs/architecture.md). An import is named by the top folder it leads to (`engine`), or by its
 * package (`zod`); Node's own modules are `node`. A rule lists what is allowed, `packages` standing for any package.
 */
const rules: readonly Rule[] = [
  { from: /^engine\//, may: ["engine", "zod", "@marcbachmann/cel-js", "yaml", "ajv", "ajv-formats"] },
  { from: /^contract\//, may: ["contract", "engine", "zod"] },
  // The process serves the pages, and pages ask who is signed in: nothing else of the server knows Next.
  { from: /^server\/(pages|auth\/session)\.ts$/, may: ["server", "engine", "contract", "node", "packages", "next"] },
  { from: /^server\//, may: ["server", "engine", "contract", "node", "packages"] },
  // What services of other people are built on: it knows the messages, and nothing of what is behind them. `pg`: its types.
  {
    from: /^participant\//,
    may: ["participant", "node", "standardwebhooks", "pg", "@nats-io/jetstream", "@nats-io/transport-node", "amqplib"],
  },
  { from: /^demo\//, may: ["demo", "participant", "engine", "contract", "node", "packages"] },
  { from: /^components\//, may: ["components", "engine", "contract", "packages", "next", "react"] },
  { from: /^app\//, may: ["app", "components", "contract", "engine", "server", "packages", "next", "react"] },
  { from: /^e2e\//, may: ["e2e", "contract", "node", "@playwright/test", "@axe-core/playwright"] },
];

/** Tests may also use the test runner, test helpers and Node, whatever folder they stand in. */
const testsMay = ["vitest", "fast-check", "node", "scripts"];
const serverPackages = [
  "@prisma/client",
  "@prisma/adapter-pg",
  "pg",
  "hono",
  "better-auth",
  "undici",
  "pino",
  "prom-client",
];

type Rule = { readonly from: RegExp; readonly may: readonly string[] };
type Import = { readonly file: string; readonly specifier: string; readonly target: string };

const root = resolve(import.meta.dirname, "..");
const folders = ["engine", "contract", "server", "participant", "demo", "components", "app", "e2e"];
const files = folders.flatMap(sourcesIn);
const imports = files.flatMap(importsOf);

test.each(rules.map((rule) => [rule.from.source, rule] as const))("%s imports only what it may", (_name, rule) => {
  const mine = imports.filter(({ file }) => rules.find(({ from }) => from.test(file)) === rule);
  expect(mine.filter((found) => !isAllowed(found, rule)).map(show)).toEqual([]);
});

test("what the browser gets imports nothing of the server's, and components no server package", () => {
  const client = new Set(files.filter((file) => /^\s*["']use client["']/.test(read(file))));
  const bad = imports.filter(({ file, target }) => {
    const inBrowser = file.startsWith("components/") || client.has(file);
    return inBrowser && (target === "server" || target === "node" || serverPackages.includes(target));
  });
  expect(bad.map(show)).toEqual([]);
});

test("a participant loads only what it needs: types of pg, and the client of a broker when there is one", () => {
  const atStart = /^\s*(?:import|export)\s+(?!type\b)[^;]*?["'](pg|@nats-io\/[\w-]+|amqplib)["']/m;
  const mine = files.filter((file) => file.startsWith("participant/") && !/\.test\.ts$|\/testing\//.test(file));
  expect(mine.filter((file) => atStart.test(read(file)))).toEqual([]);
});

test("no file is left out", () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !rules.some(({ from }) => from.test(file)))).toEqual([]);
});

function isAllowed({ file, specifier, target }: Import, rule: Rule): boolean {
  const isTest = /\.test\.tsx?$|\/testing[./]/.test(file);
  if (rule.may.includes(target) || (isTest && testsMay.includes(target))) return true;
  if (isTest && /^@\/server\/(\w+\/)?testing\//.test(specifier)) return true;
  const isPackage = ![...folders, "scripts", "prisma", "bench", "node", "next", "react"].includes(target);
  return rule.may.includes("packages") && isPackage;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("server/generated/"));
}

function importsOf(file: string): Import[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s*)["']([\w@./:-]+)["']/gm;
  return [...read(file).matchAll(pattern)].map(([, specifier = ""]) => ({
    file,
    specifier,
    target: targetOf(file, specifier),
  }));
}

/** `./x` and `@/x` lead to a folder of ours, the rest to Node or a package. */
function targetOf(file: string, specifier: string): string {
  const local = specifier.startsWith("@/")
    ? specifier.slice(2)
    : relative(root, resolve(root, dirname(file), specifier));
  if (/^[.@]\.?\//.test(specifier)) return local.split("/")[0] ?? "";
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (name.startsWith("node:") || builtinModules.includes(name)) return "node";
  return name === "react-dom" ? "react" : name;
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function show({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
