import { Hono } from "hono";
import { paths } from "@/contract/paths";
import { definitionJsonSchema } from "@/engine/definition/json-schema";
import type { Deps } from "../deps";
import { createMetrics } from "./metrics";
import { readiness } from "./readiness";

/** What machines ask, without a key: is it alive, is it ready, how is it doing. No secrets and no user data in any of it. */
export function systemRoutes(deps: Pick<Deps, "prisma" | "orchestrator" | "isDraining">): Hono {
  const metrics = createMetrics(deps.orchestrator);
  const schema = JSON.stringify(definitionJsonSchema());
  const app = new Hono();
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", async (context) => {
    const { ready, ...body } = await readiness(deps);
    return context.json(body, ready ? 200 : 503);
  });
  app.get("/metrics", async (context) =>
    context.body(await metrics.metrics(), 200, { "content-type": metrics.contentType }),
  );
  app.get(paths.definitionSchema(), (context) =>
    context.body(schema, 200, { "content-type": "application/schema+json", "cache-control": "public, max-age=300" }),
  );
  return app;
}
