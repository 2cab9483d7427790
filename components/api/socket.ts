"use client";
import { io, type Socket } from "socket.io-client";
import type { ClientToServer, JoinAnswer, ServerToClient } from "@/contract/socket";

/**
 * The page's one socket. Rooms are joined by hooks (use-rooms.ts) and counted, so that two components may want the
 * same one; after every reconnect each is joined again and its owner told the room's `seq`, to fetch what it missed.
 * It owns no data: listeners write the query cache.
 */
type LiveSocket = Socket<ServerToClient, ClientToServer>;
export type Connection = "connecting" | "live" | "lost";
export type RoomListener = (answer: JoinAnswer) => void;
type Join = (socket: LiveSocket, answer: RoomListener) => void;
type Leave = (socket: LiveSocket) => void;

let socket: LiveSocket | undefined;
let connection: Connection = "connecting";
let lostSince: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();
const rooms = new Map<string, { join: Join; leave: Leave; listeners: Set<RoomListener> }>();

/** Shorter losses than this are not worth telling anyone. */
const GRACE_MS = 1_500;

function say(next: Connection) {
  clearTimeout(lostSince);
  lostSince = undefined;
  if (connection === next) return;
  connection = next;
  for (const watcher of watchers) watcher();
}

const sayLostSoon = () => {
  lostSince ??= setTimeout(() => say("lost"), GRACE_MS);
};

/** The socket, opened on first use. */
export function liveSocket(): LiveSocket {
  if (socket) return socket;
  const opened: LiveSocket = io({ transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5_000 });
  opened.on("connect", () => {
    say("live");
    for (const key of rooms.keys()) enter(key);
  });
  opened.on("disconnect", sayLostSoon);
  opened.on("connect_error", sayLostSoon);
  socket = opened;
  return opened;
}

function enter(key: string) {
  const room = rooms.get(key);
  room?.join(liveSocket(), (answer) => {
    for (const listener of room.listeners) listener(answer);
  });
}

/** Joins a room until the answer is called; `onJoined` hears each join, the first and those after a reconnect. */
export function joinRoom(
  key: string,
  { join, leave }: { join: Join; leave: Leave },
  onJoined: RoomListener,
): () => void {
  const present = rooms.get(key);
  const room = present ?? { join, leave, listeners: new Set<RoomListener>() };
  room.listeners.add(onJoined);
  rooms.set(key, room);
  if (liveSocket().connected) enter(key);
  return () => {
    room.listeners.delete(onJoined);
    if (room.listeners.size > 0) return;
    rooms.delete(key);
    if (socket?.connected) leave(socket);
  };
}

export const connectionStore = {
  subscribe: (watcher: () => void) => {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  },
  read: () => connection,
};
