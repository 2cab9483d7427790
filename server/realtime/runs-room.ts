import { authorise } from "../auth/actor";
import type { Deps } from "../deps";
import { summariesOf } from "../runs/list-runs";
import { createPace } from "./pace";
import { type Io, type Rooms, reply } from "./types";

const room = "runs";
const mostRows = 100;

/** `runs`: the rows that moved, as they are now, and the counters. Nothing is read while nobody looks. */
export function createRunsRoom(deps: Deps, io: Io): Rooms {
  let seq = 0;
  let more = false;
  const moved = new Set<string>();
  const send = async () => {
    const ids = [...moved].slice(-mostRows);
    const tooMany = more || moved.size > ids.length;
    moved.clear();
    more = false;
    if (watchers() === 0) return;
    try {
      const [runs, { total: counts }] = await Promise.all([summariesOf(deps, ids), deps.counter.counted()]);
      seq += 1;
      io.to(room).emit("runs:changed", { seq, runs, more: tooMany, counts });
      settle();
    } catch (error) {
      more = true;
      deps.log.warn({ err: error }, "the runs that moved could not be read");
    }
  };
  const pace = createPace(send);
  const watchers = () => io.sockets.adapter.rooms.get(room)?.size ?? 0;
  let settling: NodeJS.Timeout | null = null;
  /** Counts are up to a second old: once all is quiet, the last ones are told. */
  const settle = () => {
    if (settling) clearTimeout(settling);
    settling = setTimeout(() => {
      settling = null;
      if (watchers() > 0) void tellCounts();
    }, 1_100);
  };
  const tellCounts = async () => {
    const counted = await deps.counter.counted().catch(() => null);
    if (!counted) return;
    seq += 1;
    io.to(room).emit("runs:changed", { seq, runs: [], more: false, counts: counted.total });
  };
  const stopListening = deps.orchestrator.onMoved((runs) => {
    if (watchers() === 0) return;
    if (runs === null) more = true;
    else for (const { run } of runs) moved.add(run);
    pace.poke();
  });
  return {
    welcome(socket) {
      socket.on("runs:join", async (_request, answer) => {
        authorise(socket.data.actor, "viewer");
        await socket.join(room);
        reply(answer, { ok: true, seq });
      });
      socket.on("runs:leave", async () => socket.leave(room));
    },
    stop() {
      stopListening();
      pace.stop();
      if (settling) clearTimeout(settling);
    },
  };
}
