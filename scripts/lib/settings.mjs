import { resolve } from "node:path";
import { Failure } from "./failure.mjs";
import { inRoot } from "./paths.mjs";

/** What the environment asks of `npm start` and `npm run dev`; each bad value is one clear line. */
export function readSettings(env = process.env) {
  const production = env.NODE_ENV === "production";
  const role = oneOf(env.ROLE || "all", "ROLE", ["all", "web", "worker"]);
  const demo = oneOf(env.DEMO || (production || role === "worker" ? "off" : "on"), "DEMO", ["on", "off"]);
  const settings = {
    host: env.HOST || "127.0.0.1",
    port: portOf(env.PORT || "3000", "PORT"),
    dataDir: env.DATA_DIR ? resolve(env.DATA_DIR) : inRoot(".data"),
    databaseUrl: env.DATABASE_URL || null,
    role,
    demo: demo === "on",
    demoPort: env.DEMO_PORT ? portOf(env.DEMO_PORT, "DEMO_PORT") : null,
  };
  if (production) refuseDefaults(env, settings);
  return settings;
}

/** NODE_ENV=production, said by the person, means real data: no demo shop, and no secrets made up by us. */
function refuseDefaults(env, settings) {
  if (settings.demo)
    throw new Failure("Demo data is refused with NODE_ENV=production: leave DEMO out, or set DEMO=off.");
  const missing = ["AUTH_SECRET", "SECRET_KEY"].filter((name) => !env[name]);
  if (settings.databaseUrl && missing.length > 0) {
    throw new Failure(`With NODE_ENV=production and DATABASE_URL, set ${missing.join(" and ")} too.`);
  }
}

function portOf(text, name) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Failure(`${name} must be a port number from 1 to 65535, but it is "${text}".`);
}

function oneOf(text, name, allowed) {
  if (allowed.includes(text)) return text;
  throw new Failure(`${name} must be one of ${allowed.join(", ")}, but it is "${text}".`);
}
