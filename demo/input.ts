import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "@/participant";
import { refuse } from "./refuse";

/** PostgreSQL text cannot hold U+0000. */
export const text = z
  .string()
  .max(500)
  .refine((value) => !value.includes("\u0000"), "must not hold U+0000");

/** A number of money, in whole units with at most two decimals that matter: kept as integer cents. */
export const money = z
  .number()
  .min(0)
  .max(1_000_000)
  .transform((amount) => Math.round(amount * 100));

/** Refuses with 422 and the path of the first bad field. */
export function parseInput<T>(schema: z.ZodType<T>, body: JsonObject): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue ? issue.path.join(".") : "";
  throw refuse(
    "invalid_input",
    "The command does not fit",
    `${path || "The body"}: ${issue?.message ?? "is not valid"}`,
  );
}

export function textAt(body: unknown, name: string): string | null {
  const value = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" && value !== "" ? value : null;
}

/** An id a person can read out: `res_4f1c09ab27de`. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(8).toString("hex")}`;
}

export function toMoney(cents: number): number {
  return cents / 100;
}
