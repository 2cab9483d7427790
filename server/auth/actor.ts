import { hasRole, type Role } from "@/contract/common";
import { Forbidden } from "../errors";

/** Who asks: a person by session, or a program by key. */
export type Actor = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly via: "session" | "key";
  /** E-mail, in lower case, of the person behind it, whatever key they use (engine.md F14); null: nobody knows. */
  readonly person: string | null;
};

/** A service that has proved who it is by signing what it sends. */
export type SigningService = { readonly via: "signature"; readonly service: string };
export type Caller = Actor | SigningService;

/** Whoever may publish at a broker, and so speaks for the services that are registered there, and for no other. */
export type BrokerCaller = { readonly via: "broker"; readonly broker: string; readonly services: ReadonlySet<string> };

/** How an actor is named in logs and histories; null: the installation itself. */
export function actorName(actor: Actor | null): string {
  if (actor === null) return "installation";
  return actor.via === "key" ? `key:${actor.name}` : (actor.email ?? actor.name);
}

/** The people behind what an actor starts; none where nobody knows, and then four-eyes refuses everybody (engine.md F14). */
export function personsBehind({ person }: Actor): readonly string[] {
  return person === null ? [] : [person];
}

/** The person who does it by hand; nothing for a program, whose key a person once made. */
export function byHand({ via, person }: Actor): { readonly person?: string } {
  return via === "session" && person !== null ? { person } : {};
}

/** The first line of every use case; throws 403 with the role that is needed. */
export function authorise(actor: Actor, needed: Role): void {
  if (hasRole(actor.role, needed)) return;
  throw new Forbidden("role_needed", `This needs the role ${needed}; you are ${actor.role}.`);
}
