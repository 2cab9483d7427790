import type { Deps } from "../deps";
import { type AppError, Conflict, NotFound } from "../errors";
import type { OperateAnswer } from "../orchestrator/orchestrator";
import { loadLiveRun, loadRun } from "./read-run";

/** What was asked of a run. `refused`: how a refusal by its rules is answered. */
type Asked = {
  readonly run: string;
  /** What the Idempotency-Key was for, with its article. */
  readonly what: string;
  readonly refused?: (refusal: { readonly code: string; readonly detail: string }, state: string) => AppError;
};

/** `decided` false: it is durable, and will be decided. */
export type Settled = { readonly decided: boolean; readonly seq: number };

/** What became of something that was asked of a run; throws 409 with the run's state when it does not fit. */
export async function settled(deps: Deps, answer: OperateAnswer, { run, what, refused }: Asked): Promise<Settled> {
  switch (answer.kind) {
    case "done":
      return { decided: true, seq: answer.seq };
    case "accepted":
      return { decided: false, seq: (await loadRun(deps, run)).state.seq };
    case "refused": {
      const { state } = (await loadRun(deps, run)).state;
      throw refused?.(answer, state) ?? new Conflict(answer.code, answer.detail, { state });
    }
    case "key_reused":
      throw new Conflict("key_reused", `This Idempotency-Key was used with ${what}.`);
    case "no_such_run":
      // It may have gone to the archive while we asked.
      await loadLiveRun(deps, run);
      throw new NotFound("run_not_found", "There is no such run.");
  }
}
