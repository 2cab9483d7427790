import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles the child processes, so that a killed one is back within half a second; answers their paths. */
export async function bundle(name: string): Promise<{ readonly worker: string; readonly participant: string }> {
  const outdir = `${root}.data/chaos/${name}`;
  await build({
    absWorkingDir: root,
    entryPoints: ["chaos/worker.ts", "chaos/participant.ts"],
    outdir,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  return { worker: `${outdir}/worker.mjs`, participant: `${outdir}/participant.mjs` };
}
