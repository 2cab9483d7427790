import type { IncomingMessage } from "node:http";
import { type Actor, serviceOf } from "../auth/actor";
import type { Deps } from "../deps";

/**
 * Whether a socket may open at all. A browser always says its Origin, and CORS does not guard WebSockets: so a foreign
 * Origin is refused whatever else it has, and a cookie without any Origin too.
 */
export function mayOpen(request: IncomingMessage, own: ReadonlySet<string>): boolean {
  const { origin, cookie } = request.headers;
  return origin === undefined ? cookie === undefined : own.has(origin);
}

/** Who a socket belongs to now: by the API key it brought, else by its cookie. */
export async function socketActor(
  { identify }: Pick<Deps, "identify">,
  { key, cookie }: { readonly key: unknown; readonly cookie: string | undefined },
): Promise<Actor | null> {
  if (typeof key === "string") return unbound(await identify.keyActor(key));
  if (key !== undefined || cookie === undefined) return null;
  return identify.sessionActor(new Headers({ cookie }));
}

/** A key that speaks for a service watches nothing. */
function unbound(actor: Actor | null): Actor | null {
  return actor !== null && serviceOf(actor) === null ? actor : null;
}
