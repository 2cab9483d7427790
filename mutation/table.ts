import type { Mutant } from "./mutant";

/** A mutant's row in docs/reliability.md, which names files as that page does. */
export function rowOf({ name, safeguard, caughtBy }: Mutant): string {
  const tests = [...new Set(caughtBy.map(({ file }) => `\`${file.replace("server/orchestrator/", "")}\``))];
  return `| ${name} | ${safeguard} | ${tests.join(", ")} |`;
}
