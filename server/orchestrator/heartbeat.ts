import type pg from "pg";
import { limits } from "@/engine/limits";
import { heartbeat } from "./sql/worker";

export type HeartbeatOptions = {
  readonly client: pg.Client;
  readonly incarnation: string;
  readonly runs: () => number;
  /** Our row is gone, or nobody knows. */
  readonly failed: (error: unknown) => void;
};

/** One heartbeat for a worker and all its runs, on a connection where nothing queues before it. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #sentAt: number;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  /** `joinedAt`: when the join was sent (monotonic ms); it counts as the first heartbeat. */
  constructor(options: HeartbeatOptions, joinedAt: number) {
    this.#options = options;
    this.#sentAt = joinedAt;
    this.#next();
  }

  get isFresh(): boolean {
    return performance.now() - this.#sentAt < limits.freshLease;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #next(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#beat(), limits.heartbeat);
  }

  async #beat(): Promise<void> {
    const { client, incarnation, runs, failed } = this.#options;
    const sentAt = performance.now();
    try {
      if (!(await heartbeat(client, incarnation, runs()))) throw new Error("Another worker took over: our row is gone");
      this.#sentAt = sentAt;
      this.#next();
    } catch (error) {
      if (!this.#stopped) failed(error);
    }
  }
}
