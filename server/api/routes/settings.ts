import { z } from "zod";
import { listQuery } from "@/contract/common";
import {
  apiKeyPage,
  auditPage,
  auditQuery,
  changePerson,
  createdKey,
  createKey,
  invite,
  invited,
  me,
  person,
  personPage,
} from "@/contract/people";
import { listAudit } from "../../settings/audit";
import { createApiKey, listKeys, revokeApiKey } from "../../settings/keys";
import { changePersonById, invitePerson, listPeople, resetPerson } from "../../settings/people";
import { endpoint } from "../endpoint";

const id = z.object({ id: z.string().max(64) });
const keyId = z.object({ id: z.uuid() });
const tag = "Settings";

export const settingsEndpoints = [
  endpoint({
    method: "get",
    path: "/me",
    tag,
    summary: "Who is asking",
    role: "viewer",
    answers: { 200: me },
    handle: async ({ actor }) => ({ status: 200, body: actor }),
  }),
  endpoint({
    method: "get",
    path: "/people",
    tag,
    summary: "List people",
    role: "admin",
    query: listQuery,
    answers: { 200: personPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listPeople(deps, actor, query) }),
  }),
  endpoint({
    method: "post",
    path: "/people",
    tag,
    summary: "Invite a person by a one-time link",
    role: "admin",
    body: invite,
    answers: { 201: invited },
    handle: async ({ deps, actor, body }) => ({ status: 201, body: await invitePerson(deps, actor, body) }),
  }),
  endpoint({
    method: "patch",
    path: "/people/{id}",
    tag,
    summary: "Change a person's role, or shut them out",
    role: "admin",
    params: id,
    body: changePerson,
    answers: { 200: person },
    handle: async ({ deps, actor, params, body }) => ({
      status: 200,
      body: await changePersonById(deps, actor, params.id, body),
    }),
  }),
  endpoint({
    method: "post",
    path: "/people/{id}/link",
    tag,
    summary: "A one-time link by which a person sets a new password",
    role: "admin",
    params: id,
    answers: { 201: invited },
    handle: async ({ deps, actor, params }) => ({ status: 201, body: await resetPerson(deps, actor, params.id) }),
  }),
  endpoint({
    method: "get",
    path: "/keys",
    tag,
    summary: "List API keys",
    role: "admin",
    query: listQuery,
    answers: { 200: apiKeyPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listKeys(deps, actor, query) }),
  }),
  endpoint({
    method: "post",
    path: "/keys",
    tag,
    summary: "Make an API key",
    role: "admin",
    body: createKey,
    answers: { 201: createdKey },
    handle: async ({ deps, actor, body }) => ({ status: 201, body: await createApiKey(deps, actor, body) }),
  }),
  endpoint({
    method: "delete",
    path: "/keys/{id}",
    tag,
    summary: "Revoke an API key",
    role: "admin",
    params: keyId,
    answers: { 204: null },
    async handle({ deps, actor, params }) {
      await revokeApiKey(deps, actor, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    method: "get",
    path: "/audit",
    tag,
    summary: "Who did what outside runs",
    role: "admin",
    query: auditQuery,
    answers: { 200: auditPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listAudit(deps, actor, query) }),
  }),
];
