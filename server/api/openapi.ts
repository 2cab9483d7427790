import { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { problemDetails } from "@/contract/common";
import { api } from "@/contract/paths";
import { setup, setupInfo } from "@/contract/people";
import type { Endpoint } from "./endpoint";
import { endpoints } from "./endpoints";
import { cloudEventTypes } from "./read-body";

type Route = Parameters<OpenAPIHono["openAPIRegistry"]["registerPath"]>[0];
type Schema = Record<string, unknown>;

const title = "Saga Studio";

/** The API as OpenAPI 3.1, made of the definitions that serve it. */
export function openApiDocument(origin: string) {
  const { openAPIRegistry, getOpenAPI31Document } = registered();
  openAPIRegistry.registerComponent("securitySchemes", "key", { type: "http", scheme: "bearer" });
  openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "saga-studio.session_token",
  });
  openAPIRegistry.registerComponent("securitySchemes", "signature", {
    type: "apiKey",
    in: "header",
    name: "webhook-signature",
    description:
      "Standard Webhooks, with the secret of the service that was called; webhook-id and webhook-timestamp too.",
  });
  const info = { title, version: "1", description: "Lists answer { items, next }; errors are RFC 9457 problem+json." };
  const security: Record<string, string[]>[] = [{ key: [] }, { session: [] }];
  return getOpenAPI31Document({ openapi: "3.1.0", info, servers: [{ url: origin }], security });
}

function registered(): OpenAPIHono {
  const app = new OpenAPIHono();
  for (const each of endpoints) app.openAPIRegistry.registerPath(toRoute(each));
  app.openAPIRegistry.registerPath(setupRoute("get", { 200: setupInfo }));
  app.openAPIRegistry.registerPath({
    ...setupRoute("post", { 201: z.object({ ok: z.boolean() }) }),
    request: { body: { required: true, content: jsonContent(setup, "input") } },
  });
  return app;
}

function toRoute(each: Endpoint): Route {
  const parameters = [...parametersOf(each.params, "path"), ...parametersOf(each.query, "query"), ...headersOf(each)];
  return {
    method: each.method,
    path: `${api}${each.path}`,
    tags: [each.tag],
    summary: each.summary,
    description: [neededBy(each), ...(each.about ? [each.about] : [])].join("\n\n"),
    ...(each.signer ? { security: [{ key: [] }, { session: [] }, { signature: [] }] } : {}),
    operationId: `${each.method}${each.path.replace(/[{}]/g, "").replace(/\/(\w)/g, (_, c: string) => c.toUpperCase())}`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(each.body ? { request: { body: { required: true, content: bodyOf(each, each.body) } } } : {}),
    responses: { ...answersOf(each.answers), default: problem },
  } as Route;
}

function neededBy({ role, signer }: Endpoint): string {
  return signer ? `Needs the role ${role}, or a service's signature or key.` : `Needs the role ${role}.`;
}

function bodyOf({ examples, format }: Endpoint, body: z.ZodType) {
  const content = jsonContent(body, "input")["application/json"];
  const named = Object.entries(examples ?? {}).map(([summary, value]) => [summary, { summary, value }]);
  const shown = examples ? { examples: Object.fromEntries(named) } : {};
  return { "application/json": { ...content, ...shown }, ...othersOf(format, content) };
}

/** What a route takes beside `application/json`. */
function othersOf(format: Endpoint["format"], json: { readonly schema: Schema }): Record<string, { schema: Schema }> {
  if (format === "yaml") return { "application/yaml": { schema: { type: "string" } } };
  return format === "cloudevents" ? Object.fromEntries(cloudEventTypes.map((type) => [type, json])) : {};
}

const problem = {
  description: "Refused",
  content: { "application/problem+json": { schema: toSchema(problemDetails, "output") } },
};

function setupRoute(method: "get" | "post", answers: Endpoint["answers"]): Route {
  const summary = method === "get" ? "For whom a set-up link is" : "Set a password by a one-time link, and sign in";
  const token = { name: "token", in: "query", required: true, schema: { type: "string" } };
  return {
    method,
    path: `${api}/setup`,
    tags: ["Settings"],
    summary,
    security: [],
    ...(method === "get" ? { parameters: [token] } : {}),
    responses: { ...answersOf(answers), default: problem },
  } as Route;
}

function answersOf(answers: Endpoint["answers"]) {
  const entries = Object.entries(answers).map(([status, schema]) => [
    status,
    { description: "Done", ...(schema ? { content: jsonContent(schema, "output") } : {}) },
  ]);
  return Object.fromEntries(entries);
}

function jsonContent(schema: z.ZodType, io: "input" | "output") {
  return { "application/json": { schema: toSchema(schema, io) } };
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" });
  return made;
}

function parametersOf(schema: z.ZodType | undefined, from: "path" | "query"): Schema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toSchema(schema, "input") as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, made]) => ({
    name,
    in: from,
    required: from === "path" || required.includes(name),
    schema: Object.keys(made).length === 0 ? { type: "integer" } : made,
  }));
}

function headersOf({ reads = [] }: Endpoint): Schema[] {
  return reads.map(({ name, description }) => ({ name, in: "header", description, schema: { type: "string" } }));
}
