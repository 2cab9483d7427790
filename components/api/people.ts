import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import {
  apiKeyPage,
  type changePerson,
  createdKey,
  type createKey,
  type invite,
  invited,
  person,
  personPage,
  type setup,
  setupInfo,
} from "@/contract/people";
import { call } from "./fetcher";

/** Everyone who may sign in, the disabled ones too. */
export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => call("/people", personPage, { signal }).then((page) => page.items),
});

/** Answers the one-time link by which the person sets a password. */
export const invitePerson = (body: z.input<typeof invite>) => call("/people", invited, { method: "POST", body });

export const patchPerson = (id: string, body: z.input<typeof changePerson>) =>
  call(`/people/${id}`, person, { method: "PATCH", body });

/** API keys without the keys. */
export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => call("/keys", apiKeyPage, { signal }).then((page) => page.items),
});

/** The key itself is in this answer and never again. */
export const newKey = (body: z.input<typeof createKey>) => call("/keys", createdKey, { method: "POST", body });

export const revokeKey = (id: string) => call(`/keys/${id}`, z.unknown(), { method: "DELETE" });

/** For whom a set-up link is; an `ApiError` when it is spent or expired. */
export const setupQuery = (token: string) =>
  queryOptions({
    queryKey: ["setup", token] as const,
    queryFn: ({ signal }) => call("/setup", setupInfo, { query: { token }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Sets name and password, and signs in. */
export const finishSetup = (body: z.input<typeof setup>) => call("/setup", z.unknown(), { method: "POST", body });
