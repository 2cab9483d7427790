import { z } from "zod";

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** 0: any free port. */
  DEMO_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Where the studio is: for replies that come later, for events, and for work that is pulled. */
  DEMO_STUDIO_URL: z.url({ protocol: /^https?$/ }),
  /** The Standard Webhooks secret that every service of the shop is registered with. */
  DEMO_SECRET: z.string().startsWith("whsec_"),
  /** Brokers, where there are some: one service of the shop lives on each. */
  DEMO_NATS_URL: z.url({ protocol: /^(nats|tls)$/ }).optional(),
  DEMO_AMQP_URL: z.url({ protocol: /^amqps?$/ }).optional(),
});

export type DemoEnv = z.infer<typeof schema>;

/** Reads what the demo shop needs from the environment; throws one line that names every bad variable. */
export function readEnv(source: NodeJS.ProcessEnv): DemoEnv {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The demo shop cannot start. ${complaints.join("; ")}`);
}
