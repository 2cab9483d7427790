import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { paths } from "@/contract/paths";
import type { Actor } from "./actor";
import { providedIdentify } from "./identify-slot";

/** The person whose page this is, or null. */
export async function currentSession(): Promise<Actor | null> {
  const identify = providedIdentify();
  return identify ? identify.sessionActor(new Headers(await headers())) : null;
}

/** For server components: the signed-in person, or a redirect to sign-in. */
export async function requireSession(): Promise<Actor> {
  return (await currentSession()) ?? redirect(paths.signIn());
}
