/** The environment, parsed once: nothing else reads `process.env`. */
import { z } from "zod";
import { limits } from "@/engine/limits";

const secret = z.string().min(32, "needs at least 32 characters of random text");
const blankIsAbsent = (value: unknown) => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());

const daysExpected = `needs a whole number of days, 1 to ${limits.retentionDays}`;

const variables = z.object({
  NODE_ENV: z.preprocess(blankIsAbsent, z.enum(["development", "production", "test"]).default("production")),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "needs a postgresql:// address" }),
  PORT: z.preprocess(blankIsAbsent, z.coerce.number().int().min(0).max(65_535).default(3000)),
  HOST: z.preprocess(blankIsAbsent, z.string().default("127.0.0.1")),
  ROLE: z.preprocess(blankIsAbsent, z.enum(["all", "web", "worker"]).default("all")),
  AUTH_SECRET: secret,
  SECRET_KEY: secret,
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/, error: "needs an http:// or https:// address" })),
  ADMIN_EMAIL: optional(z.email("needs an e-mail address")),
  ADMIN_PASSWORD: optional(z.string().min(10, "needs at least 10 characters").max(200)),
  ADMIN_API_KEY: optional(z.string().min(24, "needs at least 24 characters").max(200)),
  DEMO: z.preprocess(blankIsAbsent, z.enum(["on", "off"]).default("on")),
  DEMO_URL: optional(z.url({ protocol: /^https?$/ })),
  RETENTION_DAYS: optional(
    z.coerce.number(daysExpected).int(daysExpected).min(1, daysExpected).max(limits.retentionDays, daysExpected),
  ),
  DEMO_SECRET: optional(z.string().startsWith("whsec_", "needs to start with whsec_")),
  DEMO_NATS_URL: optional(z.url({ protocol: /^(nats|tls)$/, error: "needs to be a nats:// or tls:// URL" })),
  DEMO_AMQP_URL: optional(z.url({ protocol: /^amqps?$/, error: "needs to be an amqp:// or amqps:// URL" })),
  LOG_LEVEL: z.preprocess(
    blankIsAbsent,
    z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  ),
});

export type Env = {
  readonly development: boolean;
  readonly databaseUrl: string;
  readonly port: number;
  readonly host: string;
  readonly role: "all" | "web" | "worker";
  readonly authSecret: string;
  readonly secretKey: string;
  /** Origin of links, cookies and Origin checks, when it is not simply http://localhost:PORT. */
  readonly publicUrl: string | null;
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly adminApiKey: string | null;
  /** Where the demo shop listens; null when there is none. */
  readonly demoUrl: string | null;
  /** Ended runs are archived after so many; null: everything stays where it is. */
  readonly retentionDays: number | null;
  /** What the demo shop signs its replies with; null: it has not said. */
  readonly demoSecret: string | null;
  /** Brokers on which a service of the demo shop lives, where there are some. */
  readonly demoNatsUrl: string | null;
  readonly demoAmqpUrl: string | null;
  readonly logLevel: string;
};

/** Throws an error whose message has one line for each bad variable. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const parsed = variables.safeParse(source);
  if (!parsed.success) throw new Error(parsed.error.issues.map(toLine).join("\n"));
  const env = parsed.data;
  if (!env.ADMIN_EMAIL !== !env.ADMIN_PASSWORD)
    throw new Error("ADMIN_EMAIL and ADMIN_PASSWORD are given together or not at all");
  return {
    development: env.NODE_ENV === "development",
    databaseUrl: env.DATABASE_URL,
    port: env.PORT,
    host: env.HOST,
    role: env.ROLE,
    authSecret: env.AUTH_SECRET,
    secretKey: env.SECRET_KEY,
    publicUrl: env.PUBLIC_URL ? new URL(env.PUBLIC_URL).origin : null,
    admin: env.ADMIN_EMAIL && env.ADMIN_PASSWORD ? { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD } : null,
    adminApiKey: env.ADMIN_API_KEY ?? null,
    demoUrl: env.DEMO === "off" ? null : (env.DEMO_URL ?? null),
    retentionDays: env.RETENTION_DAYS ?? null,
    demoSecret: env.DEMO_SECRET ?? null,
    demoNatsUrl: env.DEMO_NATS_URL ?? null,
    demoAmqpUrl: env.DEMO_AMQP_URL ?? null,
    logLevel: env.LOG_LEVEL,
  };
}

/** This process's environment; where it is bad, says so in plain lines and ends the process. */
export function readEnv(): Env {
  try {
    return parseEnv(process.env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

function toLine(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0] ?? "environment");
  return `${name} ${issue.message}`.replaceAll("\n", " ");
}
