import type { Logger } from "pino";
import type { ApiKeys } from "./auth/api-keys";
import type { Attempts } from "./auth/attempts";
import type { Auth } from "./auth/auth";
import type { Identify } from "./auth/identify";
import type { Brokers } from "./brokers/brokers";
import type { DefinitionCache } from "./definitions/cache";
import type { Env } from "./env";
import type { Orchestrator } from "./orchestrator/client";
import type { PrismaClient } from "./prisma";
import type { Queues } from "./queues/queues";
import type { News } from "./realtime/news";
import type { RunCounter } from "./runs/counter";

/** What use cases act with. Made once at start. */
export type Deps = {
  readonly env: Env;
  readonly log: Logger;
  readonly prisma: PrismaClient;
  readonly orchestrator: Orchestrator;
  readonly queues: Queues;
  readonly brokers: Brokers;
  readonly auth: Auth;
  readonly identify: Identify;
  readonly keys: ApiKeys;
  readonly definitions: DefinitionCache;
  readonly counter: RunCounter;
  readonly news: News;
  readonly attempts: { readonly signIn: Attempts; readonly setup: Attempts };
  /** Our own origins, for links and Origin checks. */
  readonly origin: string;
  readonly origins: ReadonlySet<string>;
  /** True from the first stop signal on. */
  readonly isDraining: () => boolean;
};
