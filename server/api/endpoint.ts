/**
 * One route: what it takes, what it answers, who may call it. The router, OpenAPI and the authorisation tests are all
 * made of these, so they cannot disagree. `role` says what the use case asks for; the use case itself enforces it.
 */
import type { z } from "zod";
import type { Role } from "@/contract/common";
import type { Actor } from "../auth/actor";
import type { Deps } from "../deps";

export type Method = "get" | "post" | "put" | "patch" | "delete";

export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

type Input<Params extends z.ZodType, Query extends z.ZodType, Sent extends z.ZodType> = {
  readonly deps: Deps;
  readonly actor: Actor;
  readonly headers: Headers;
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Sent>;
};

export type EndpointSpec<Params extends z.ZodType, Query extends z.ZodType, Sent extends z.ZodType> = {
  readonly method: Method;
  /** Below `/api/v1`, e.g. `/runs/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly role: Role;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Sent;
  /** Headers that the handler reads, for OpenAPI. */
  readonly reads?: readonly { readonly name: string; readonly description: string }[];
  /** True when YAML text is taken too; it arrives as `{ document, text }`. */
  readonly yaml?: boolean;
  /** The most bytes of body; default 256 KB. */
  readonly limit?: number;
  /** By status; null: no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  readonly handle: (input: Input<Params, Query, Sent>) => Promise<Reply>;
};

/** A route whose types are forgotten, so that many fit in one list. */
export type Endpoint = Omit<EndpointSpec<z.ZodType, z.ZodType, z.ZodType>, "handle"> & {
  readonly handle: (input: Input<z.ZodType, z.ZodType, z.ZodType>) => Promise<Reply>;
};

export function endpoint<
  Params extends z.ZodType = z.ZodType<unknown>,
  Query extends z.ZodType = z.ZodType<unknown>,
  Sent extends z.ZodType = z.ZodType<unknown>,
>(spec: EndpointSpec<Params, Query, Sent>): Endpoint {
  return { ...spec, handle: (input) => spec.handle(input as Input<Params, Query, Sent>) };
}
