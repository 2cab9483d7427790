/**
 * Begins the runs of saga steps, under ids that follow from the parent's, so that beginning one twice begins it once (U8).
 * It owns nothing of what a child's end means; whoever asked is answered once, or never if the session is over.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { type ChildEnded, childEnded, type Json, type Saga, type StartChild, type StepError } from "@/engine";
import { dataCheckOf } from "@/engine/definition/input-schema";
import { canonicalHash } from "../canonical";
import type { Clock } from "../clock";
import { TooCostly, withinTime } from "../definitions/within-time";
import type { Logger } from "../log";
import { loadRuns } from "./load-runs";
import type { StartAnswer, StartRequest } from "./orchestrator";
import type { Sagas } from "./sagas";
import { readLatestVersion } from "./sql/versions";

export type ChildAnswer =
  | { readonly kind: "begun" }
  | { readonly kind: "ended"; readonly ended: ChildEnded }
  /** It was not begun, and will not be. */
  | { readonly kind: "refused"; readonly error: StepError };

/** `wish`: what its parent wants by now, asked before each try. */
export type BeginChild = {
  readonly command: StartChild;
  readonly wish: () => "begin" | "find" | "wait";
  readonly done: (answer: ChildAnswer) => void;
};

export type ChildrenOptions = {
  readonly pool: pg.Pool;
  readonly sagas: Sagas;
  readonly clock: Clock;
  readonly log: Logger;
  readonly start: (request: StartRequest) => Promise<StartAnswer>;
};

const againMs = 500;
/** Milliseconds that checking the data may take: an honest schema takes a few. */
const longestCheckMs = 1_000;

export class Children {
  readonly #options: ChildrenOptions;
  #isOver = false;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Tries until the database answers. */
  begin(child: BeginChild): void {
    void this.#until(child).then((answer) => {
      if (answer !== null && !this.#isOver) child.done(answer);
    });
  }

  stop(): void {
    this.#isOver = true;
  }

  async #until({ command, wish }: BeginChild): Promise<ChildAnswer | null> {
    while (!this.#isOver) {
      try {
        const known = await this.#known(command);
        if (known) return known;
        if (wish() === "find") return refused("never_begun", "The child run was never begun");
        if (wish() === "begin") return await this.#begin(command);
        await delay(againMs);
      } catch (error) {
        if (this.#isOver) return null;
        this.#options.log.warn({ err: error, run: command.run, child: command.child }, "A child run is begun later");
        await delay(againMs);
      }
    }
    return null;
  }

  async #begin(command: StartChild): Promise<ChildAnswer> {
    const { saga: type, data } = command;
    const version = await readLatestVersion(this.#options.pool, type);
    if (version === 0) return refused("saga_not_published", `There is no published version of ${type}`);
    const saga = await this.#readable(type, version);
    if (saga === null) return refused("saga_unreadable", `Version ${version} of ${type} cannot be read by this server`);
    const problem = checkData(saga, data);
    if (problem) return refused("invalid_data", problem);
    const answer = await this.#options.start(this.#toRequest(command, version));
    switch (answer.kind) {
      case "started":
      case "repeated":
        return (await this.#known(command)) ?? refused("child_lost", "The child run was begun and is not there");
      case "key_reused":
        return refused("child_exists", "The child run's id is taken by another run");
      case "business_key_taken":
        return refused("business_key_taken", `A live run of ${type} has the business key ${answer.businessKey}`);
      case "refused":
        return refused(answer.code, answer.detail);
    }
  }

  /** Null: it will never be read here, however often it is tried. What the database did not answer rejects. */
  async #readable(type: string, version: number): Promise<Saga | null> {
    try {
      return await this.#options.sagas.get(type, version);
    } catch (error) {
      if ("code" in (error as object)) throw error;
      this.#options.log.error({ err: error, saga: type, version }, "A version cannot be read");
      return null;
    }
  }

  /** The child as it is now, if it was begun before. */
  async #known({ child }: StartChild): Promise<ChildAnswer | null> {
    const { pool, sagas } = this.#options;
    const [loaded] = await loadRuns(pool, sagas, [child]);
    if (!loaded) return null;
    if (loaded.kind === "unreadable") throw loaded.error;
    const { state } = loaded;
    if (state.endedAt === null || state.parent === null) return { kind: "begun" };
    return { kind: "ended", ended: childEnded(state, { ...state.parent, undo: null }) };
  }

  #toRequest(command: StartChild, version: number): StartRequest {
    const { child: id, saga, data, parent, persons, startedBy: actor } = command;
    const at = this.#options.clock.now();
    const hash = canonicalHash({ parent: parent.run, step: parent.step, generation: parent.generation });
    return { id, saga, version, data, actor, at, key: `child:${id}`, hash, persons, parent };
  }
}

/** A sentence when the data do not fit the saga's input schema. */
function checkData(saga: Saga, data: Json): string | null {
  const { input } = saga.document;
  const check = input === undefined ? null : dataCheckOf(input);
  if (!check?.ok) return null;
  try {
    const [problem] = withinTime(longestCheckMs, () => check.value(data));
    return problem ? `The data do not fit ${saga.type}: ${problem.message}` : null;
  } catch (error) {
    if (error instanceof TooCostly) return `Checking the data against the input schema of ${saga.type} takes too long`;
    throw error;
  }
}

function refused(code: string, message: string): ChildAnswer {
  return { kind: "refused", error: { code, message } };
}
