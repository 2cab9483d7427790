import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The mutant's files by their paths; throws for a mutant that no longer fits the source, because it would prove nothing. */
export function mutate({ name, edits }: Mutant): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const [file, text, replacement] of edits) {
    const path = `${root}${file}`;
    const source = sources.get(path) ?? readFileSync(path, "utf8");
    const found = source.split(text).length - 1;
    if (found !== 1) {
      throw new Error(
        `${file} has the text of mutant ${name} ${found} times, expected once. The source has moved on: bring its edit up to date. The text is\n${text}`,
      );
    }
    sources.set(
      path,
      source.replace(text, () => replacement),
    );
  }
  return sources;
}
