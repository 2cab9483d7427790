import type { LogEntry } from "@/engine/run/transition";
import { authorise } from "../auth/actor";
import type { Deps } from "../deps";
import { uuidShape } from "../uuid";
import { createPace, type Pace } from "./pace";
import { type Io, type Rooms, reply, textField } from "./types";

type Watched = { readonly unwatch: () => void; readonly pace: Pace; pending: LogEntry[] };

/** Entries in one message; a client that gets a gap fetches. */
const mostEntries = 200;
const prefix = "run:";
const roomOf = (run: string) => prefix + run;

/** `run:<id>`: a run's log as it is committed. A run is watched only while somebody looks at it. */
export function createRunRooms({ orchestrator, log }: Deps, io: Io): Rooms {
  const watched = new Map<string, Watched>();
  const watch = (run: string): Watched => {
    const send = () => {
      const entries = entry.pending.splice(0, mostEntries);
      const seq = entries.at(-1)?.seq;
      if (seq !== undefined) io.to(roomOf(run)).emit("run:entries", { run, seq, entries });
      if (entry.pending.length > 0) entry.pace.poke();
    };
    const entry: Watched = {
      pending: [],
      pace: createPace(send),
      unwatch: orchestrator.watch(run, (entries) => {
        entry.pending.push(...entries);
        entry.pace.poke();
      }),
    };
    return entry;
  };
  const forget = (run: string) => {
    const entry = watched.get(run);
    if (!entry || (io.sockets.adapter.rooms.get(roomOf(run))?.size ?? 0) > 0) return;
    watched.delete(run);
    entry.unwatch();
    entry.pace.stop();
  };
  const emptied = (room: string) => {
    if (room.startsWith(prefix)) forget(room.slice(prefix.length));
  };
  io.sockets.adapter.on("delete-room", emptied);
  return {
    welcome(socket) {
      socket.on("run:join", async (request, answer) => {
        const run = textField(request, "run")?.toLowerCase();
        if (!run || !uuidShape.test(run)) return reply(answer, { ok: false, code: "run_not_found" });
        try {
          authorise(socket.data.actor, "viewer");
          await socket.join(roomOf(run));
          if (!watched.has(run)) watched.set(run, watch(run));
          const found = await orchestrator.load(run);
          if (!found) await socket.leave(roomOf(run));
          reply(answer, found ? { ok: true, seq: found.state.seq } : { ok: false, code: "run_not_found" });
        } catch (error) {
          log.warn({ err: error }, "a run's room could not be joined");
          await socket.leave(roomOf(run));
          reply(answer, { ok: false, code: "unavailable" });
        }
      });
      socket.on("run:leave", async (request) => {
        const run = textField(request, "run")?.toLowerCase();
        if (run) await socket.leave(roomOf(run));
      });
    },
    stop() {
      io.sockets.adapter.off("delete-room", emptied);
      for (const { unwatch, pace } of watched.values()) {
        unwatch();
        pace.stop();
      }
    },
  };
}
