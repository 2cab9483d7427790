import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { draft, type publish, sagaPage, type saveDraft, version, versionPage } from "@/contract/sagas";
import { call, callAll } from "./fetcher";

const at = (type: string) => `/sagas/${encodeURIComponent(type)}`;

/** Every saga type with its live counts. */
export const sagasQuery = queryOptions({
  queryKey: ["sagas", "list"],
  queryFn: ({ signal }) => callAll("/sagas", sagaPage, signal),
});

/** A saga's draft, with the revision that the next save must name. */
export const draftQuery = (type: string) =>
  queryOptions({
    queryKey: ["sagas", "draft", type] as const,
    queryFn: ({ signal }) => call(`${at(type)}/draft`, draft, { signal }),
  });

/** The published versions of a saga, newest first, without their documents. */
export const versionsQuery = (type: string) =>
  queryOptions({
    queryKey: ["sagas", "versions", type] as const,
    queryFn: ({ signal }) => call(`${at(type)}/versions`, versionPage, { signal }),
  });

/** One published version; it never changes. */
export const versionQuery = (type: string, number: number) =>
  queryOptions({
    queryKey: ["sagas", "version", type, number] as const,
    queryFn: ({ signal }) => call(`${at(type)}/versions/${number}`, version, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Saves a draft over `revision` (0: there is none yet); 409 or 412 when somebody saved meanwhile. */
export const putDraft = (type: string, body: z.input<typeof saveDraft>, revision: number) =>
  call(`${at(type)}/draft`, draft, { method: "PUT", body, headers: { "if-match": `"${revision}"` } });

/** Saves a draft from YAML text. */
export const putDraftText = (type: string, yaml: string, revision: number) =>
  call(`${at(type)}/draft`, draft, {
    method: "PUT",
    body: yaml,
    contentType: "application/yaml",
    headers: { "if-match": `"${revision}"` },
  });

/** Publishes the draft as the next version; 422 with `problems` when it has errors. */
export const publishDraft = (type: string, body: z.input<typeof publish>) =>
  call(`${at(type)}/versions`, version, { method: "POST", body });
