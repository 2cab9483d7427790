import { createHmac, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The secrets of this installation, made on the first start and kept outside the database, readable by us alone. */
export function keepSecrets(dir) {
  const file = join(dir, "secrets.json");
  const fresh = { AUTH_SECRET: randomBytes(32).toString("base64"), SECRET_KEY: randomBytes(32).toString("base64") };
  try {
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return fresh;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return JSON.parse(readFileSync(file, "utf8"));
  }
}

/**
 * The Standard Webhooks secret of the demo shop's services: the shop signs its replies with it, and the seed registers
 * them with it. The shop so needs no secret of ours, and has the same one after every restart.
 */
export function demoSecretOf(secretKey) {
  return `whsec_${createHmac("sha256", secretKey).update("demo shop").digest("base64")}`;
}
