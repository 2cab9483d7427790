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
  /** The only service that a key speaks for. A bound key may do what its service may, and nothing else, whatever its role. */
  readonly service?: string;
};

/** A service that has proved who it is by signing what it sends. */
export type SigningService = { readonly via: "signature"; readonly service: string };
export type Caller = Actor | SigningService;

/** The service that a caller speaks for, by its signature or by a key bound to it; null: whoever it is, it is none. */
export function serviceOf(caller: Caller): string | null {
  return caller.service ?? null;
}

/**
 * Whoever may publish at a broker, and so speaks for the services that are registered there, and for no other. `addressOf`:
 * the subject or routing key by which a source's messages of a type come; null: by none.
 */
export type BrokerCaller = {
  readonly via: "broker";
  readonly broker: string;
  readonly services: ReadonlySet<string>;
  readonly addressOf: (source: string, type: string) => string | null;
};

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

/** Who brings a service's answer, where that is not the service itself; and the person, where one does it by hand. */
export function senderOf(caller: Caller): { readonly actor?: string; readonly person?: string } {
  return caller.via === "signature" || serviceOf(caller) !== null
    ? {}
    : { actor: actorName(caller), ...byHand(caller) };
}

/** The first line of every use case; throws 403 with the role that is needed. */
export function authorise(actor: Actor, needed: Role): void {
  if (hasRole(actor.role, needed)) return;
  throw new Forbidden("role_needed", `This needs the role ${needed}; you are ${actor.role}.`);
}

/** The first line of every use case of a service's: its own word, or that of whoever has the role. Throws 403 else. */
export function authoriseFor(caller: Caller, service: string, needed: Role): void {
  const own = serviceOf(caller);
  if (own === service) return;
  if (own !== null) throw new Forbidden("other_service", `This speaks for ${own}, and has no say about ${service}.`);
  authorise(caller as Actor, needed);
}
