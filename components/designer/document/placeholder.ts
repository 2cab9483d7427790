import type { Reference } from "@/engine/expression/expression";
import type { Json } from "@/engine/json";

/** What stands for a value that only a run can answer. */
export const placeholder = (path: string): Json => `‹${path}›`;

/** A value in which every path that is read below `root` can be read. */
export function placeholderOf(read: readonly Reference[], root: readonly string[]): Json {
  const below = read
    .map(({ path }) => path)
    .filter((path) => path.length > root.length && root.every((key, index) => path[index] === key))
    .map((path) => path.slice(root.length));
  return build(below, root.join("."));
}

function build(paths: readonly (readonly string[])[], name: string): Json {
  const deeper = paths.filter((path) => path.length > 0);
  if (deeper.length === 0) return placeholder(name);
  const keys = new Set(deeper.map((path) => path[0] ?? ""));
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      build(
        deeper.filter((path) => path[0] === key).map((path) => path.slice(1)),
        `${name}.${key}`,
      ),
    ]),
  );
}
