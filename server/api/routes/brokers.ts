import { z } from "zod";
import { brokerPage, brokerTested, brokerView, putBroker, testBroker as testRequest } from "@/contract/brokers";
import { listQuery } from "@/contract/common";
import { deleteBroker, listBrokers, readBroker, saveBroker } from "../../brokers/manage";
import { testBroker } from "../../brokers/test-broker";
import { endpoint } from "../endpoint";

const name = z.object({ name: z.string().max(300) });
const tag = "Brokers";

/** A body may hold certificates. */
const limit = 128 * 1_024;

const settings = {
  kind: "nats",
  url: "tls://nats.example.com:4222",
  credentials: { user: "studio", password: "…" },
} as const;

export const brokerEndpoints = [
  endpoint({
    method: "get",
    path: "/brokers",
    tag,
    summary: "List message brokers",
    about: "health says how the answering process stands with each.",
    role: "viewer",
    query: listQuery,
    answers: { 200: brokerPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listBrokers(deps, actor, query) }),
  }),
  endpoint({
    method: "get",
    path: "/brokers/{name}",
    tag,
    summary: "A message broker",
    role: "viewer",
    params: name,
    answers: { 200: brokerView },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await readBroker(deps, actor, params.name) }),
  }),
  endpoint({
    method: "put",
    path: "/brokers/{name}",
    tag,
    summary: "Register or change a message broker",
    about:
      "Credentials that are left out stay as they were, unless the address changes: then they are asked for again.",
    role: "admin",
    params: name,
    body: putBroker,
    examples: { "NATS with TLS": settings },
    limit,
    answers: { 200: brokerView, 201: brokerView },
    async handle({ deps, actor, params, body }) {
      const { created, broker } = await saveBroker(deps, actor, params.name, body);
      return { status: created ? 201 : 200, body: broker };
    },
  }),
  endpoint({
    method: "delete",
    path: "/brokers/{name}",
    tag,
    summary: "Remove a message broker over which no service is reached",
    role: "admin",
    params: name,
    answers: { 204: null },
    async handle({ deps, actor, params }) {
      await deleteBroker(deps, actor, params.name);
      return { status: 204 };
    },
  }),
  endpoint({
    method: "post",
    path: "/brokers/{name}/test",
    tag,
    summary: "Try to connect to a message broker",
    about: "With these settings, or with those that are kept. Nothing is sent, and nothing is made at the broker.",
    role: "admin",
    params: name,
    body: testRequest,
    examples: { "As it is kept": {}, "Before it is saved": { settings } },
    limit,
    answers: { 200: brokerTested },
    handle: async ({ deps, actor, params, body }) => ({
      status: 200,
      body: await testBroker(deps, actor, params.name, body.settings),
    }),
  }),
];
