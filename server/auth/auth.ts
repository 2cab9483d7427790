import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError } from "better-auth/api";
import type { Env } from "../env";
import { ownOrigins, publicOrigin } from "../origins";
import type { PrismaClient } from "../prisma";

export const passwordLength = { min: 10, max: 200 } as const;

/**
 * Sessions and passwords, by better-auth: e-mail and password only, no sign-up, sessions in the database and never in a
 * cookie cache, so that ending one works at once. CSRF and rate limits are the API's own (csrf.ts, attempts.ts).
 */
export function createAuth(prisma: PrismaClient, env: Env) {
  return betterAuth({
    appName: "Saga Studio",
    baseURL: publicOrigin(env),
    basePath: "/api/auth",
    secret: env.authSecret,
    trustedOrigins: [...ownOrigins(env)],
    database: prismaAdapter(prisma, { provider: "postgresql" }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
    },
    user: {
      additionalFields: {
        role: { type: "string", input: false, defaultValue: "viewer" },
        disabled: { type: "boolean", input: false, defaultValue: false },
      },
    },
    session: { expiresIn: 12 * 60 * 60, updateAge: 30 * 60, cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      useSecureCookies: publicOrigin(env).startsWith("https:"),
      cookiePrefix: "saga-studio",
      disableCSRFCheck: true,
      ipAddress: { disableIpTracking: true },
    },
    databaseHooks: { session: { create: { before: (session) => refuseDisabled(prisma, session.userId) } } },
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** A disabled person gets the answer that a wrong password gets. */
async function refuseDisabled(prisma: PrismaClient, userId: string): Promise<void> {
  const person = await prisma.user.findUnique({ where: { id: userId }, select: { disabled: true } });
  if (person && !person.disabled) return;
  throw new APIError("UNAUTHORIZED", { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" });
}
