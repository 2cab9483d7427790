import { z } from "zod";
import type { Json } from "@/engine/json";
import { limits } from "@/engine/limits";

export const json: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined);

/** RFC 9457, with a stable `code` and, where a field is at fault, its `path` (JSON Pointer; of an event in binary mode the header). */
export const problemDetails = z.object({
  type: z.string(),
  code: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  path: z.string().optional(),
  /** Definition problems, when there are several. */
  problems: z.array(z.lazy(() => problem)).optional(),
  /** The run's state now, on a 409 to an operation. */
  state: z.string().optional(),
  /** The newest draft's revision, on a 412. */
  revision: z.number().int().optional(),
  /**
   * On a 409 to a batch of starts: the runs that did start, in order; null for one that did not. On a 409 to a signal: the
   * live runs that have the business key; to startAgain: the run that started all the same.
   */
  ids: z.array(z.uuid().nullable()).optional(),
});
export type ProblemDetails = z.infer<typeof problemDetails>;

export const problem = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  path: z.string(),
  step: z.string().optional(),
  message: z.string(),
});

/** Every list answers this; `next` is the cursor of the next page, or null at the end. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** What every list takes. */
export const listQuery = z.object({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(limits.page).default(50),
});

export const role = z.enum(["viewer", "operator", "designer", "admin"]);
export type Role = z.infer<typeof role>;

const rank: Record<Role, number> = { viewer: 0, operator: 1, designer: 2, admin: 3 };

/** viewer < operator < designer < admin. */
export function hasRole(held: Role, needed: Role): boolean {
  return rank[held] >= rank[needed];
}

export const isoTime = z.iso.datetime({ offset: true });
