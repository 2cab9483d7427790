import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { paths } from "@/contract/paths";
import type { Actor } from "./actor";
import { pathHeader, providedIdentify } from "./identify-slot";

/** The person whose page this is, or null. */
export async function currentSession(): Promise<Actor | null> {
  const identify = providedIdentify();
  return identify ? identify.sessionActor(new Headers(await headers())) : null;
}

/** For server components: the signed-in person, or a redirect to sign-in and back. */
export async function requireSession(): Promise<Actor> {
  const actor = await currentSession();
  if (actor) return actor;
  const from = (await headers()).get(pathHeader) ?? "/";
  redirect(from === "/" ? paths.signIn() : `${paths.signIn()}?next=${encodeURIComponent(from)}`);
}
