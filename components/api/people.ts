import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import {
  apiKeyPage,
  auditPage,
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
import { call, callAll } from "./fetcher";

/** Everyone who may sign in, the disabled ones too. */
export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => callAll("/people", personPage, signal),
});

/** Answers the one-time link by which the person sets a password. */
export const invitePerson = (body: z.input<typeof invite>) => call("/people", invited, { method: "POST", body });

export const patchPerson = (id: string, body: z.input<typeof changePerson>) =>
  call(`/people/${id}`, person, { method: "PATCH", body });

/** A one-time link by which somebody who is already here sets a new password. */
export const relinkPerson = (id: string) => call(`/people/${id}/link`, invited, { method: "POST" });

/** Who did what outside runs, newest first. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam, signal }) => call("/audit", auditPage, { query: { cursor: pageParam, limit: 100 }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  staleTime: 0,
});

/** API keys without the keys. */
export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => callAll("/keys", apiKeyPage, signal),
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
