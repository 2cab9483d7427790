import type { Env } from "./env";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** The origin that links are made with. */
export function publicOrigin(env: Pick<Env, "publicUrl" | "port">): string {
  return env.publicUrl ?? `http://localhost:${env.port}`;
}

/** Every origin that counts as our own: the public one and, when that is loopback, its other names. */
export function ownOrigins(env: Pick<Env, "publicUrl" | "port">): ReadonlySet<string> {
  const origin = publicOrigin(env);
  const { protocol, hostname, port } = new URL(origin);
  if (!loopback.includes(hostname)) return new Set([origin]);
  return new Set(loopback.map((host) => new URL(`${protocol}//${host}${port ? `:${port}` : ""}`).origin));
}
