import { z } from "zod";
import { listQuery } from "@/contract/common";
import { putService, servicePage, serviceSaved, serviceView } from "@/contract/services";
import { deleteService, listServices, readService, rotateSecret, saveService } from "../../services/services";
import { endpoint } from "../endpoint";

const name = z.object({ name: z.string().max(300) });
const tag = "Services";

export const serviceEndpoints = [
  endpoint({
    method: "get",
    path: "/services",
    tag,
    summary: "List services",
    role: "viewer",
    query: listQuery,
    answers: { 200: servicePage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listServices(deps, actor, query) }),
  }),
  endpoint({
    method: "get",
    path: "/services/{name}",
    tag,
    summary: "A service",
    role: "viewer",
    params: name,
    answers: { 200: serviceView },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await readService(deps, actor, params.name) }),
  }),
  endpoint({
    method: "put",
    path: "/services/{name}",
    tag,
    summary: "Register or change a service",
    role: "admin",
    params: name,
    body: putService,
    answers: { 200: serviceSaved, 201: serviceSaved },
    async handle({ deps, actor, params, body }) {
      const { created, service } = await saveService(deps, actor, params.name, body);
      return { status: created ? 201 : 200, body: service };
    },
  }),
  endpoint({
    method: "delete",
    path: "/services/{name}",
    tag,
    summary: "Remove a service that no saga calls",
    role: "admin",
    params: name,
    answers: { 204: null },
    async handle({ deps, actor, params }) {
      await deleteService(deps, actor, params.name);
      return { status: 204 };
    },
  }),
  endpoint({
    method: "post",
    path: "/services/{name}/secret",
    tag,
    summary: "Replace the signing secret",
    role: "admin",
    params: name,
    answers: { 200: serviceSaved },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await rotateSecret(deps, actor, params.name) }),
  }),
];
