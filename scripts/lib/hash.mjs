import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { inRoot, root } from "./paths.mjs";

/** One hash over files and folders of the project; tests and generated code do not count. */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths)
    visit(inRoot(path), (file) => hash.update(relative(root, file)).update("\0").update(readFileSync(file)));
  return hash.digest("hex").slice(0, 32);
}

function visit(path, found) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) return found(path);
  for (const name of readdirSync(path).sort()) {
    if (name !== "generated" && name !== "testing" && !/\.test\.tsx?$/.test(name)) visit(join(path, name), found);
  }
}

/** Does `work` unless `stamp` holds `hash` and what the work makes is there; answers whether it had to. */
export async function unlessStamped({ stamp, hash, makes }, work) {
  if (existsSync(makes) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return false;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}
