import { watch } from "node:fs";
import { inRoot } from "./paths.mjs";

/** Calls `changed` a moment after source files in these folders changed, never twice at once; answers the stop. */
export function watchSources(folders, changed) {
  let timer = null;
  let busy = Promise.resolve();
  const onChange = (_event, file) => {
    if (!file || !/\.tsx?$/.test(file) || /\.test\.|generated|testing/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      busy = busy.then(changed);
    }, 150);
  };
  const watchers = folders.map((folder) => watch(inRoot(folder), { recursive: true }, onChange));
  return async () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    await busy;
  };
}
