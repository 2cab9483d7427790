import type { z } from "zod";
import { inFieldWords } from "@/components/ui/in-field-words";
import { problemDetails } from "@/contract/common";
import { api } from "@/contract/paths";

export type ApiProblem = z.infer<typeof problemDetails>;

/**
 * What the API refused, as its problem+json says it; status 0 when it could not be reached. Its title is HTTP's word for
 * the status as a rule, and nothing to show: say what failed, and `detail`.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem, options?: ErrorOptions) {
    super(inFieldWords(problem.detail || problem.title), options);
    this.problem = problem;
  }
  get status() {
    return this.problem.status;
  }
  get code() {
    return this.problem.code;
  }
  get detail() {
    return this.message;
  }
  get path() {
    return this.problem.path;
  }
  get problems() {
    return this.problem.problems ?? [];
  }
}

type QueryValue = string | number | boolean | null | undefined;

export type CallOptions = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Record<string, QueryValue>;
  /** Sent as JSON; a string with `contentType` is sent as it is. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** Calls `/api/v1{path}` and answers the parsed body, or throws `ApiError`. A 401 in the browser leads to sign-in. */
export async function call<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: CallOptions = {},
): Promise<z.output<Schema>> {
  const reply = await send(path, options);
  if (reply.ok) return schema.parse(reply.status === 204 ? undefined : await readJson(reply));
  const problem = problemDetails.safeParse(await readJson(reply));
  const error = new ApiError(problem.success ? problem.data : unreadable(reply));
  if (error.status === 401) leaveForSignIn();
  throw error;
}

type Listed<Item> = { items: Item[]; next: string | null };

/** Every item of a list, page after page: for lists that people read whole (sagas, services, people). */
export async function callAll<Item>(
  path: string,
  schema: z.ZodType<Listed<Item>>,
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Listed<Item> = await call(path, schema, {
      query: { cursor, limit: 200 },
      ...(signal ? { signal } : {}),
    });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

async function send(
  path: string,
  { method = "GET", query, body, contentType, headers, signal }: CallOptions,
): Promise<Response> {
  try {
    return await fetch(`${api}${path}${toSearch(query)}`, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json, application/problem+json",
        ...(body === undefined ? {} : { "content-type": contentType ?? "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: contentType ? String(body) : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(
      {
        type: "about:blank",
        code: "unreachable",
        title: "The server cannot be reached",
        status: 0,
        detail: "The server cannot be reached. Check the connection; nothing was changed by what you see here.",
      },
      { cause },
    );
  }
}

function toSearch(query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text && `?${text}`;
}

const readJson = async (reply: Response): Promise<unknown> => {
  try {
    return await reply.json();
  } catch {
    return undefined;
  }
};

const unreadable = (reply: Response): ApiProblem => ({
  type: "about:blank",
  code: "unreadable_reply",
  title: "The server answered with something unreadable",
  status: reply.status,
  detail: `The server answered with something unreadable (HTTP ${reply.status}). Try again; if it stays, look at its log.`,
});

function leaveForSignIn() {
  if (typeof location === "undefined" || location.pathname === "/sign-in" || location.pathname === "/setup") return;
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}
