import { ApiError } from "@/components/api/fetcher";
import type { Draft } from "@/contract/sagas";
import type { Snapshot } from "../document/code";

/**
 * Saves a draft a moment after its last change. One save is on its way at a time; what changed meanwhile follows it.
 *
 * - `saved`: the server has what is shown. - `waiting`: changed, the moment is not over. - `saving`: on its way.
 * - `failed`: not saved; tried again by itself when the server could not be reached, and on demand.
 * - `conflict`: somebody saved over the revision this draft began from; waits for a person's choice.
 * - `unreadable`: the code is no definition at present, so there is nothing that could be saved.
 */
export type SaveState =
  | { readonly status: "saved"; readonly at: string }
  | { readonly status: "waiting" | "saving" | "unreadable" }
  | { readonly status: "failed"; readonly message: string }
  | { readonly status: "conflict"; readonly theirs: Draft | null };

export type AutosaveDoors = {
  readonly save: (snapshot: Snapshot, revision: number) => Promise<Draft>;
  readonly load: () => Promise<Draft>;
  readonly onSaved: (draft: Draft) => void;
};

const WAIT_MS = 800;
const AGAIN_MS = 5_000;

export type Autosave = ReturnType<typeof createAutosave>;

export function createAutosave(draft: Pick<Draft, "revision" | "updatedAt">, first: Snapshot, doors: AutosaveDoors) {
  let revision = draft.revision;
  let saved = first;
  let latest = first;
  let state: SaveState = { status: "saved", at: draft.updatedAt };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | undefined;
  const watchers = new Set<() => void>();

  const say = (next: SaveState) => {
    state = next;
    for (const watcher of watchers) watcher();
  };
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  };

  /** Saves until the server has the latest; answers whether it does. */
  function flush(): Promise<boolean> {
    clearTimeout(timer);
    running ??= drain().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function drain(): Promise<boolean> {
    while (latest !== saved) {
      if (latest.broken || state.status === "conflict") return false;
      if (!(await saveOnce(latest))) return false;
    }
    return true;
  }

  async function saveOnce(snapshot: Snapshot): Promise<boolean> {
    say({ status: "saving" });
    try {
      const draft = await doors.save(snapshot, revision);
      revision = draft.revision;
      saved = snapshot;
      doors.onSaved(draft);
      say(latest === snapshot ? { status: "saved", at: draft.updatedAt } : { status: "waiting" });
      return true;
    } catch (error) {
      await refused(error);
      return false;
    }
  }

  async function refused(error: unknown) {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 409 || status === 412) {
      const theirs = await doors.load().catch(() => null);
      say(
        theirs
          ? { status: "conflict", theirs }
          : { status: "failed", message: "Somebody else saved; their draft cannot be loaded." },
      );
      return;
    }
    say({ status: "failed", message: error instanceof Error ? error.message : "The draft was not saved." });
    if (status === 0 || status >= 500) later(AGAIN_MS);
  }

  return {
    read: () => state,
    revision: () => revision,
    subscribe: (watcher: () => void) => {
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
    /** The draft is this now. */
    changed: (snapshot: Snapshot) => {
      if (snapshot === latest) return;
      latest = snapshot;
      if (state.status === "conflict") return;
      clearTimeout(timer);
      if (latest.broken) say({ status: "unreadable" });
      else if (latest === saved && !running) say({ status: "saved", at: new Date().toISOString() });
      else {
        if (!running) say({ status: "waiting" });
        later(WAIT_MS);
      }
    },
    /** What the server has is this: after loading somebody's save, or before knowingly saving over it (`held` null). */
    rebase: (theirs: Draft, held: Snapshot | null) => {
      revision = theirs.revision;
      if (held) {
        saved = held;
        latest = held;
        clearTimeout(timer);
        say({ status: "saved", at: theirs.updatedAt });
      } else {
        say({ status: "waiting" });
        void flush();
      }
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}
