import { role } from "@/contract/common";
import type { Actor } from "./actor";
import type { ApiKeys } from "./api-keys";
import type { Auth } from "./auth";

/** Says who a request comes from: `actorFrom` for requests, `sessionActor` for pages and sockets. */
export type Identify = {
  /** By API key if one is given, else by session; null: nobody. A bad key is nobody, whatever the cookie says. */
  readonly actorFrom: (headers: Headers) => Promise<Actor | null>;
  readonly sessionActor: (headers: Headers) => Promise<Actor | null>;
  readonly keyActor: (key: string) => Promise<Actor | null>;
};

export function createIdentify(auth: Auth, keys: ApiKeys): Identify {
  const sessionActor = async (headers: Headers): Promise<Actor | null> => {
    if (!headers.has("cookie")) return null;
    const found = await auth.api.getSession({ headers });
    if (!found || found.user.disabled) return null;
    const { id, name, email } = found.user;
    return { id, name, email, role: role.parse(found.user.role), via: "session", person: email };
  };
  return {
    sessionActor,
    keyActor: keys.actorOf,
    async actorFrom(headers) {
      const authorization = headers.get("authorization");
      if (authorization === null) return sessionActor(headers);
      const key = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
      return key ? keys.actorOf(key) : null;
    },
  };
}
