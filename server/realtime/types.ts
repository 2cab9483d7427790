import type { Server, Socket } from "socket.io";
import type { ClientToServer, JoinAnswer, ServerToClient } from "@/contract/socket";
import type { Actor } from "../auth/actor";

export type SocketData = { actor: Actor };
export type Io = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

/** A kind of room: answers a new socket's questions, and stops with the server. */
export type Rooms = { readonly welcome: (socket: LiveSocket) => void; readonly stop: () => void };

/** Answers if the caller gave a way to: a client may send anything. */
export function reply(answer: unknown, result: JoinAnswer): void {
  if (typeof answer === "function") answer(result);
}

/** A text field of whatever a client sent, or null. */
export function textField(request: unknown, name: string): string | null {
  if (typeof request !== "object" || request === null) return null;
  const value = (request as Record<string, unknown>)[name];
  return typeof value === "string" && value.length <= 100 ? value : null;
}
