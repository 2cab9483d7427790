import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, json, listQuery, page, role } from "./common";

/** `GET /me`: who is asking, by session or key. */
export const me = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role,
  via: z.enum(["session", "key"]),
  /** E-mail of the person behind it, whatever key they use; null: nobody knows. Four-eyes goes by it. */
  person: z.string().nullable(),
});
export type Me = z.infer<typeof me>;

export const person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  disabled: z.boolean(),
  createdAt: isoTime,
});
export type Person = z.infer<typeof person>;
export const personPage = page(person);

/** `POST /people` answers a one-time link by which the person sets a password. */
export const invite = z.strictObject({ name: z.string().trim().min(1).max(120), email: z.email().max(254), role });
export const invited = z.object({ url: z.string(), expiresAt: isoTime });
/** `PATCH /people/{id}`. */
export const changePerson = z.strictObject({ role: role.optional(), disabled: z.boolean().optional() });

/** `GET /setup?token=` says whom the link is for; `POST /setup` sets the password and signs in. */
export const setupInfo = z.object({ email: z.string().nullable(), name: z.string().nullable(), role });
export const setup = z.strictObject({
  token: z.string().max(200),
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254),
  password: z.string().min(10).max(200),
});

export const apiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  role,
  /** The only service that the key speaks for, and then its role does not count; null: it acts by its role. */
  service: z.string().nullable(),
  createdBy: z.string(),
  createdAt: isoTime,
  expiresAt: isoTime.nullable(),
  lastUsedAt: isoTime.nullable(),
});
export type ApiKeyView = z.infer<typeof apiKey>;
export const apiKeyPage = page(apiKey);
/** `POST /keys`; the key itself is answered once. */
export const createKey = z.strictObject({
  name: z.string().trim().min(1).max(120),
  role,
  expiresAt: isoTime.optional(),
  service: z
    .string()
    .max(limits.name)
    .optional()
    .describe("Binds the key to this service: it speaks for it, and does nothing else."),
});
export const createdKey = apiKey.extend({ key: z.string() });

/** `GET /audit`: who did what outside runs, newest first. */
export const auditEntry = z.object({
  id: z.uuid(),
  at: isoTime,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  detail: json,
});
export const auditPage = page(auditEntry);
export const auditQuery = listQuery;
