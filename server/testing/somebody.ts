import type { Role } from "@/contract/common";
import { newApiKey } from "../auth/api-keys";
import { newId } from "../uuid";
import type { Answer, TestApi } from "./api";

/** Whoever asks, by the cookie of a session or by a key. */
export type Somebody = { readonly headers: Readonly<Record<string, string>> };
export type Person = Somebody & { readonly id: string; readonly email: string };

/** A new person of this role, signed in, on our own pages. */
export async function somebody(api: TestApi, role: Role): Promise<Person> {
  const { cookie, ...person } = await api.person(role);
  return { ...person, headers: { cookie, origin: api.deps.origin } };
}

/** The same person, by a key of this role that they once made. */
export async function keyOf({ deps }: TestApi, { email, id }: Person, role: Role): Promise<Person> {
  const { key, prefix, hash } = newApiKey();
  const data = { id: newId(), name: "a key", prefix, hash, role, createdBy: email, person: email };
  await deps.prisma.apiKey.create({ data });
  return { email, id, headers: { authorization: `Bearer ${key}` } };
}

/** A key behind which nobody knows who is. */
export function holding(api: TestApi, role: Role): Somebody {
  return { headers: { authorization: `Bearer ${api.key(role)}` } };
}

type Asked = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

export function as(api: TestApi, who: Somebody, method: string, path: string, asked: Asked = {}): Promise<Answer> {
  return api.call(null, method, path, { ...asked, headers: { ...who.headers, ...asked.headers } });
}
