import { v7 } from "uuid";
import { systemClock } from "@/server/clock";
import { createLog } from "@/server/log";
import { workChannel, workerChannel } from "@/server/orchestrator/channels";
import { createReadPool } from "@/server/orchestrator/connection";
import { Dispatch } from "@/server/orchestrator/dispatch";
import { Listener } from "@/server/orchestrator/listener";
import { Sagas } from "@/server/orchestrator/sagas";
import { Services } from "@/server/orchestrator/services";
import { Session } from "@/server/orchestrator/session";
import type { Transport } from "@/server/orchestrator/transports/transport";
import { countedEnds, lookedUpEnds } from "./ends";
import { orderData } from "./sagas";

export type HotPath = {
  readonly session: Session;
  /** Starts a run; when its last decision was committed, as `performance.now()` tells it. */
  readonly run: (saga: string) => Promise<number>;
  /** The same of a run that others began. */
  readonly ended: (run: string) => Promise<number>;
  readonly stop: () => Promise<void>;
};

export type HotPathOptions = {
  readonly url: string;
  readonly transport: Transport;
  /** Of one run. Null: who knows, as replies and events come from other processes; then it listens for them. */
  readonly decisions: number | null;
};

/** The worker's parts as the server joins them, and the moment at which each run's end is durable. */
export async function startHotPath({ url, transport, decisions }: HotPathOptions): Promise<HotPath> {
  const log = createLog("warn");
  const pool = createReadPool(url, "bench reads", 2);
  const services = new Services({ pool, secretKey: "", log });
  const dispatch = new Dispatch(services, transport);
  const ends = decisions === null ? lookedUpEnds(pool) : countedEnds(decisions);
  const shared = {
    log,
    dispatch,
    clock: systemClock,
    sagas: new Sagas(pool),
    capacity: 20_000,
    moved: ends.moved,
    pool,
    told: () => {},
    wishes: () => [],
    posted: () => {},
  };
  const session = await Session.begin({ url, name: "bench", ...shared });
  const nudge = () => session.nudge();
  const listener = new Listener({ url, name: "bench listen", log, heard: nudge, connected: nudge });
  if (decisions === null) await listener.listen([workerChannel(session.incarnation), workChannel]);
  return {
    session,
    run: async (saga) => {
      const id = v7();
      const end = ends.of(id);
      const request = { id, saga, version: 1, data: orderData, actor: "bench", at: Date.now(), key: null, hash: "" };
      const { kind } = await session.start(request);
      if (kind !== "started") throw new Error(kind);
      return end;
    },
    ended: ends.of,
    stop: async () => {
      listener.stop();
      await session.drain();
      await ends.stop();
      await dispatch.close();
      await pool.end();
    },
  };
}
