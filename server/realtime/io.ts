/**
 * Sockets: what moved, to the browsers that look at it. It owns rooms and the rhythm of messages, and no data: what a room
 * is told was committed before.
 *
 * I1 A socket opens only from our own origin, with a session or an API key; access is looked at again every 5 s and at once
 *    after a change, so it ends within 5 s.
 * I2 A room is joined by asking, and only if it exists; every message of a room carries a `seq` that only grows.
 * I3 A room gets at most 20 messages a second.
 */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Server } from "socket.io";
import type { ClientToServer, ServerToClient } from "@/contract/socket";
import type { Actor } from "../auth/actor";
import type { Deps } from "../deps";
import { mayOpen, socketActor } from "./admit";
import { createDefinitionRooms } from "./definition-rooms";
import { createRunRooms } from "./run-rooms";
import { createRunsRoom } from "./runs-room";
import type { Io, LiveSocket, SocketData } from "./types";

const lookAgainMs = 5_000;
const mostEventsPerSecond = 50;
const mostRooms = 50;
/** Of one person or key: many tabs, not a flood. */
const mostSockets = 100;

export type Realtime = {
  /** Takes a WebSocket upgrade of `/socket.io/`. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Tells every socket to come back later, and closes them. */
  readonly stop: () => Promise<void>;
};

/** Puts Socket.IO on the server. Its upgrade listener is handed back, for the server to call for the one path it is for. */
export function createRealtime(deps: Deps, server: HttpServer): Realtime {
  const io: Io = new Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>(server, {
    transports: ["websocket"],
    allowUpgrades: false,
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    connectTimeout: 10_000,
    destroyUpgrade: false,
    allowRequest: (request, answer) => answer(null, mayOpen(request, deps.origins)),
  });
  io.use(async (socket, next) => {
    const actor = await identify(deps, socket).catch(() => null);
    if (!actor) return next(new Error("unauthenticated"));
    if (socketsOf(io, actor.id) >= mostSockets) return next(new Error("too_many_sockets"));
    socket.data.actor = actor;
    next();
  });
  const rooms = [createRunRooms(deps, io), createRunsRoom(deps, io), createDefinitionRooms(deps, io)];
  io.on("connection", (socket) => {
    guard(socket);
    for (const room of rooms) room.welcome(socket);
  });
  const look = () => void lookAgain(deps, io);
  const timer = setInterval(look, lookAgainMs);
  deps.news.on("access", look);
  const [upgrade] = server.listeners("upgrade") as Realtime["upgrade"][];
  server.removeAllListeners("upgrade");
  return {
    upgrade: (request, socket, head) => (upgrade ? upgrade.call(server, request, socket, head) : socket.destroy()),
    async stop() {
      clearInterval(timer);
      deps.news.off("access", look);
      for (const room of rooms) room.stop();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

function identify(deps: Deps, socket: LiveSocket): Promise<Actor | null> {
  const { auth, headers } = socket.handshake;
  return socketActor(deps, { key: auth.key, cookie: headers.cookie });
}

function socketsOf(io: Io, actorId: string): number {
  let count = 0;
  for (const socket of io.sockets.sockets.values()) if (socket.data.actor?.id === actorId) count += 1;
  return count;
}

/** Ends the sockets whose access ended, and forgets what a changed role no longer allows. */
async function lookAgain(deps: Deps, io: Io): Promise<void> {
  for (const socket of io.sockets.sockets.values()) {
    const actor = await identify(deps, socket).catch(() => socket.data.actor);
    if (!actor || actor.id !== socket.data.actor.id) socket.disconnect(true);
    else socket.data.actor = actor;
  }
}

/** More events than a person causes, or more rooms than a screen shows, and the socket is closed. */
function guard(socket: LiveSocket): void {
  let events = 0;
  let since = Date.now();
  socket.use((_event, next) => {
    if (Date.now() - since > 1000) {
      events = 0;
      since = Date.now();
    }
    events += 1;
    if (events > mostEventsPerSecond || socket.rooms.size > mostRooms) socket.disconnect(true);
    else next();
  });
  socket.on("error", () => socket.disconnect(true));
}
