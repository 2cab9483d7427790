import { z } from "zod";
import { listQuery } from "@/contract/common";
import { api } from "@/contract/paths";
import { draft, publish, sagaPage, saveDraft, version, versionPage } from "@/contract/sagas";
import { limits } from "@/engine/limits";
import { publishDraft } from "../../definitions/publish";
import { deleteSaga, draftAsYaml, listSagas, listVersions, readDraft, readVersion } from "../../definitions/sagas";
import { saveDraftOf } from "../../definitions/save-draft";
import { endpoint } from "../endpoint";

const type = z.object({ type: z.string().max(300) });
const tag = "Sagas";
const ifMatch = { name: "If-Match", description: 'The revision that was changed, e.g. "3"; * for whichever it is.' };

export const sagaEndpoints = [
  endpoint({
    method: "get",
    path: "/sagas",
    tag,
    summary: "List sagas",
    role: "viewer",
    query: listQuery,
    answers: { 200: sagaPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listSagas(deps, actor, query) }),
  }),
  endpoint({
    method: "delete",
    path: "/sagas/{type}",
    tag,
    summary: "Delete a saga that was never published",
    role: "designer",
    params: type,
    answers: { 204: null },
    async handle({ deps, actor, params }) {
      await deleteSaga(deps, actor, params.type);
      return { status: 204 };
    },
  }),
  endpoint({
    method: "get",
    path: "/sagas/{type}/draft",
    tag,
    summary: "The draft; as YAML with Accept: application/yaml",
    role: "viewer",
    params: type,
    answers: { 200: draft },
    async handle({ deps, actor, params, headers }) {
      const found = await readDraft(deps, actor, params.type);
      const yaml = /\b(application|text)\/(x-)?yaml\b/.test(headers.get("accept") ?? "");
      const type = yaml ? "application/yaml" : "application/json";
      const body = yaml ? draftAsYaml(found) : found;
      return { status: 200, body, headers: { etag: `"${found.revision}"`, "content-type": type } };
    },
  }),
  endpoint({
    method: "put",
    path: "/sagas/{type}/draft",
    tag,
    summary: "Save the draft, as JSON or YAML",
    role: "designer",
    params: type,
    body: saveDraft,
    format: "yaml",
    reads: [ifMatch],
    limit: limits.draftBody,
    answers: { 200: draft, 201: draft },
    async handle({ deps, actor, params, body, headers }) {
      const save = { ...body, type: params.type, ifMatch: headers.get("if-match") };
      const { created, ...saved } = await saveDraftOf(deps, actor, save);
      return { status: created ? 201 : 200, body: saved, headers: { etag: `"${saved.revision}"` } };
    },
  }),
  endpoint({
    method: "post",
    path: "/sagas/{type}/versions",
    tag,
    summary: "Publish the draft",
    role: "designer",
    params: type,
    body: publish,
    answers: { 201: version },
    async handle({ deps, actor, params, body }) {
      const saved = await publishDraft(deps, actor, params.type, body);
      const location = `${api}/sagas/${saved.type}/versions/${saved.number}`;
      return { status: 201, body: saved, headers: { location } };
    },
  }),
  endpoint({
    method: "get",
    path: "/sagas/{type}/versions",
    tag,
    summary: "List published versions",
    role: "viewer",
    params: type,
    query: listQuery,
    answers: { 200: versionPage },
    handle: async ({ deps, actor, params, query }) => ({
      status: 200,
      body: await listVersions(deps, actor, params.type, query),
    }),
  }),
  endpoint({
    method: "get",
    path: "/sagas/{type}/versions/{number}",
    tag,
    summary: "A published version",
    role: "viewer",
    params: z.object({ type: z.string().max(300), number: z.coerce.number().int().min(1).max(1_000_000_000) }),
    answers: { 200: version },
    handle: async ({ deps, actor, params }) => ({
      status: 200,
      body: await readVersion(deps, actor, params.type, params.number),
    }),
  }),
];
