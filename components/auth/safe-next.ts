const HERE = "http://here.invalid";

/** Where to go after signing in: a path of this app, whatever the address asked for. */
export function safeNext(next: string | null | undefined): string {
  if (!next || !URL.canParse(next, HERE)) return "/";
  const url = new URL(next, HERE);
  // The mark of Next's own fetches, when one of them found the session ended.
  url.searchParams.delete("_rsc");
  return url.origin === HERE && !url.pathname.startsWith("//") ? `${url.pathname}${url.search}${url.hash}` : "/";
}
