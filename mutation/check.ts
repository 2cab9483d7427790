import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaughtBy, Mutant } from "./mutant";
import { mutate, root } from "./mutate";

/** What became of a mutant: each of its files has a test that failed, or there is something wrong. */
export type Verdict =
  | { readonly kind: "caught"; readonly by: readonly string[] }
  | { readonly kind: "survived"; readonly sentence: string };

type Report = {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

export async function check(mutant: Mutant): Promise<Verdict> {
  try {
    mutate(mutant);
  } catch (error) {
    return { kind: "survived", sentence: (error as Error).message };
  }
  const by: string[] = [];
  for (const caughtBy of mutant.caughtBy) {
    const { testResults } = await runTests(mutant, caughtBy);
    const failed = testResults.flatMap((result) => result.assertionResults).find(({ status }) => status === "failed");
    // A file that could not be run, or a hook that failed, leaves no failed test, and has caught nothing.
    const said = testResults.map(({ message }) => message).join("\n");
    if (!failed) return { kind: "survived", sentence: `no test of ${caughtBy.file} fails. ${said}`.trim() };
    by.push(`${caughtBy.file}, "${failed.fullName}"`);
  }
  return { kind: "caught", by };
}

/** Runs the tests in a process of their own, and answers Vitest's report. */
async function runTests({ name }: Mutant, { file, only }: CaughtBy): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), "saga-mutant-"));
  const report = join(dir, "report.json");
  const vitest = [`${root}node_modules/vitest/vitest.mjs`, "run", file, "--config=mutation/vitest.config.ts"];
  const output = ["--reporter=json", `--outputFile=${report}`];
  const pattern = only === undefined ? [] : ["--testNamePattern", only.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")];
  const options = { cwd: root, env: { ...process.env, MUTANT: name } };
  try {
    const said = await new Promise<string>((resolve) => {
      const args = [...vitest, ...output, ...pattern];
      execFile(process.execPath, args, options, (_, stdout, stderr) => resolve(stdout + stderr));
    });
    return readReport(report) ?? { testResults: [{ message: said, assertionResults: [] }] };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
