import { createApiKeys } from "./auth/api-keys";
import { createAttempts } from "./auth/attempts";
import { createAuth } from "./auth/auth";
import { createIdentify } from "./auth/identify";
import { createDefinitionCache } from "./definitions/cache";
import type { Deps } from "./deps";
import { ownOrigins, publicOrigin } from "./origins";
import { createNews } from "./realtime/news";
import { createRunCounter } from "./runs/counter";

const windowMs = 5 * 60_000;

type Outside = Pick<Deps, "env" | "log" | "prisma" | "orchestrator" | "brokers" | "queues" | "isDraining">;

/** Everything that use cases act with, around what reaches outside the process. */
export function createDeps(outside: Outside): Deps {
  const { env, prisma } = outside;
  const auth = createAuth(prisma, env);
  const keys = createApiKeys(prisma);
  return {
    ...outside,
    auth,
    keys,
    identify: createIdentify(auth, keys),
    definitions: createDefinitionCache(prisma),
    counter: createRunCounter(prisma),
    news: createNews(),
    attempts: { signIn: createAttempts(10, windowMs), setup: createAttempts(50, windowMs) },
    origin: publicOrigin(env),
    origins: ownOrigins(env),
  };
}
