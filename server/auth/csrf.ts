import { Forbidden } from "../errors";

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a write that a browser sends along with our cookie from somebody else's page. `strict`: the request is
 * authenticated by cookie, so it must say that it comes from our own pages; otherwise it must only not say the contrary.
 */
export function checkOrigin(method: string, headers: Headers, own: ReadonlySet<string>, strict: boolean): void {
  if (safe.has(method)) return;
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin") return;
  const origin = headers.get("origin");
  if (origin !== null ? own.has(origin) : site === null && !strict) return;
  throw new Forbidden(
    "foreign_origin",
    `Writes with a session are accepted only from ${[...own].join(", ")}. Programs send an API key instead; set PUBLIC_URL when the app has another address.`,
  );
}
