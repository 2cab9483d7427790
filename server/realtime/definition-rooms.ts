import { sagaTypePattern } from "@/engine/definition/document";
import { authorise } from "../auth/actor";
import type { Deps } from "../deps";
import type { DefinitionNews } from "./news";
import { type Io, type LiveSocket, type Rooms, reply, textField } from "./types";

const prefix = "definition:";

/** `definition:<type>`: who else has the draft open, and saves by others. */
export function createDefinitionRooms({ news }: Deps, io: Io): Rooms {
  const seqs = new Map<string, number>();
  const next = (type: string) => {
    const seq = (seqs.get(type) ?? 0) + 1;
    seqs.set(type, seq);
    return seq;
  };
  const tellPresence = (type: string) => {
    const ids = io.sockets.adapter.rooms.get(prefix + type) ?? new Set<string>();
    if (ids.size === 0) return void seqs.delete(type);
    const people = new Map<string, { id: string; name: string }>();
    for (const id of ids) {
      const actor = io.sockets.sockets.get(id)?.data.actor;
      if (actor) people.set(actor.id, { id: actor.id, name: actor.name });
    }
    io.to(prefix + type).emit("definition:presence", { type, seq: next(type), people: [...people.values()] });
  };
  const changed = (change: DefinitionNews) =>
    io.to(prefix + change.type).emit("definition:changed", { ...change, seq: next(change.type) });
  const left = (room: string) => {
    if (room.startsWith(prefix)) tellPresence(room.slice(prefix.length));
  };
  news.on("definition", changed);
  io.sockets.adapter.on("leave-room", left);
  return {
    welcome: (socket: LiveSocket) => {
      socket.on("definition:join", async (request, answer) => {
        const type = textField(request, "type");
        if (!type || !sagaTypePattern.test(type)) return reply(answer, { ok: false, code: "saga_not_found" });
        authorise(socket.data.actor, "viewer");
        await socket.join(prefix + type);
        reply(answer, { ok: true, seq: seqs.get(type) ?? 0 });
        tellPresence(type);
      });
      socket.on("definition:leave", async (request) => {
        const type = textField(request, "type");
        if (type) await socket.leave(prefix + type);
      });
    },
    stop() {
      news.off("definition", changed);
      io.sockets.adapter.off("leave-room", left);
    },
  };
}
