import { v7 } from "uuid";
import { systemClock } from "@/server/clock";
import { createLog } from "@/server/log";
import { createReadPool } from "@/server/orchestrator/connection";
import { Dispatch } from "@/server/orchestrator/dispatch";
import { Sagas } from "@/server/orchestrator/sagas";
import { Services } from "@/server/orchestrator/services";
import { Session } from "@/server/orchestrator/session";
import type { Transport } from "@/server/orchestrator/transports/transport";
import { orderData } from "./sagas";

export type HotPath = {
  readonly session: Session;
  /** Resolves when the run's last decision is committed. */
  readonly run: (saga: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The worker's parts as the server joins them, and the moment at which each run's end is durable. */
export async function startHotPath(url: string, transport: Transport, decisions: number): Promise<HotPath> {
  const log = createLog("warn");
  const pool = createReadPool(url, "bench reads", 2);
  const services = new Services({ pool, secretKey: "", log });
  const dispatch = new Dispatch(services, transport);
  const waiting = new Map<string, () => void>();
  const moved = (run: string, seq: number) => {
    if (seq < decisions) return;
    waiting.get(run)?.();
    waiting.delete(run);
  };
  const shared = {
    log,
    dispatch,
    clock: systemClock,
    sagas: new Sagas(pool),
    capacity: 20_000,
    moved,
    pool,
    told: () => {},
    wishes: () => [],
    posted: () => {},
  };
  const session = await Session.begin({ url, name: "bench", ...shared });
  return {
    session,
    run: (saga) =>
      new Promise((resolve, reject) => {
        const id = v7();
        waiting.set(id, resolve);
        const request = { id, saga, version: 1, data: orderData, actor: "bench", at: Date.now(), key: null, hash: "" };
        session.start(request).then(
          (answer) => answer.kind === "started" || reject(new Error(answer.kind)),
          (error) => reject(error),
        );
      }),
    stop: async () => {
      await session.drain();
      await dispatch.close();
      await pool.end();
    },
  };
}
