/**
 * One route: what it takes, what it answers, who may call it. The router, OpenAPI and the authorisation tests are all
 * made of these, so they cannot disagree. `role` says what the use case asks for; the use case itself enforces it.
 */
import type { z } from "zod";
import type { Role } from "@/contract/common";
import type { Json } from "@/engine/json";
import { type Actor, type Caller, serviceOf } from "../auth/actor";
import type { Deps } from "../deps";
import { Forbidden, Unauthenticated } from "../errors";
import type { BodyFormat } from "./read-body";

export type Method = "get" | "post" | "put" | "patch" | "delete";

export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The service whose secret signs such a request; null: there is none. What it looks up, it tells nobody. */
export type Signer = (deps: Deps, body: Json, params: Readonly<Record<string, string>>) => Promise<string | null>;

type Input<Params extends z.ZodType, Query extends z.ZodType, Sent extends z.ZodType> = {
  readonly deps: Deps;
  readonly headers: Headers;
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Sent>;
  /** Aborted when whoever asks hangs up. */
  readonly signal: () => AbortSignal;
};

/** What a route says of itself. */
type Route<Params extends z.ZodType, Query extends z.ZodType, Sent extends z.ZodType> = {
  readonly method: Method;
  /** Below `/api/v1`, e.g. `/runs/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Paragraphs for OpenAPI, below the role that is needed. */
  readonly about?: string;
  readonly role: Role;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Sent;
  /** Bodies to copy, by what they do, for OpenAPI. */
  readonly examples?: Readonly<Record<string, z.input<Sent>>>;
  /** Headers that the handler reads, for OpenAPI. */
  readonly reads?: readonly { readonly name: string; readonly description: string }[];
  /** What is taken beside JSON. YAML text arrives as `{ document, text }`. */
  readonly format?: BodyFormat;
  /** The most bytes of body; default 256 KB. */
  readonly limit?: number;
  /** By status; null: no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
};

type Spec<Params extends z.ZodType, Query extends z.ZodType, Sent extends z.ZodType, Who> = Route<
  Params,
  Query,
  Sent
> & {
  readonly handle: (input: Input<Params, Query, Sent> & Who) => Promise<Reply>;
};

/** A route whose types are forgotten, so that many fit in one list. */
export type Endpoint = Spec<z.ZodType, z.ZodType, z.ZodType, { readonly caller: Caller }> & {
  /** Set where a service's signature does instead of a key. */
  readonly signer?: Signer;
};

/** A route for people and programs: by session, or by a key that is not bound to a service. */
export function endpoint<
  Params extends z.ZodType = z.ZodType<unknown>,
  Query extends z.ZodType = z.ZodType<unknown>,
  Sent extends z.ZodType = z.ZodType<unknown>,
>(spec: Spec<Params, Query, Sent, { readonly actor: Actor }>): Endpoint {
  return {
    ...spec,
    handle({ caller, ...input }) {
      if (caller.via === "signature") throw new Unauthenticated();
      if (serviceOf(caller) !== null) throw keyBound(caller);
      return spec.handle({ ...(input as Input<Params, Query, Sent>), actor: caller });
    },
  };
}

function keyBound({ name, service }: Actor): Forbidden {
  const detail = `The key ${name} is bound to ${service}: it fetches and answers that service's work, and sends its replies and events, nothing else.`;
  return new Forbidden("key_bound", detail);
}

/** A route for services too: by session, by key, or by the signature of the service that `signer` finds. */
export function signedEndpoint<
  Params extends z.ZodType = z.ZodType<unknown>,
  Query extends z.ZodType = z.ZodType<unknown>,
  Sent extends z.ZodType = z.ZodType<unknown>,
>(spec: Spec<Params, Query, Sent, { readonly caller: Caller }> & { readonly signer: Signer }): Endpoint {
  return {
    ...spec,
    handle: ({ caller, ...input }) => spec.handle({ ...(input as Input<Params, Query, Sent>), caller }),
  };
}
