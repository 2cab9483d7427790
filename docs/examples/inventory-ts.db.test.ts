import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LetterBox } from "@/participant/testing/letter-box";
import { createTestDatabase, type TestDatabase } from "@/server/testing/database";

/** The example that participant/README.md shows, as a process of its own. */
const secret = `whsec_${Buffer.alloc(32, 4).toString("base64")}`;
const studio = new LetterBox();
let db: TestDatabase;
let service: ChildProcess;
let url = "";

beforeAll(async () => {
  await studio.start();
  db = await createTestDatabase();
  service = spawn(process.execPath, ["--import", "tsx", "docs/examples/inventory.ts"], {
    env: { ...process.env, DATABASE_URL: db.url, SAGA_SECRET: secret, SAGA_STUDIO: studio.url, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!service.stdout) throw new Error("It has no output");
  const [line] = (await once(createInterface(service.stdout), "line")) as [string];
  url = line.replace("listening on ", "");
});
afterAll(async () => {
  service.kill("SIGKILL");
  await studio.stop();
  await db.drop();
});

async function call(command: string, half: string, body: object) {
  const key = `run-1:reserve:1:${half}`;
  const text = JSON.stringify(body);
  const at = new Date();
  const headers = {
    ...{ "idempotency-key": key, "saga-id": "run-1", "saga-step": "reserve", "webhook-id": key },
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(key, at, text),
  };
  const answer = await fetch(`${url}/${command}`, { method: "POST", headers, body: text });
  return { status: answer.status, body: await answer.json() };
}
const free = async () => (await db.pool.query("select free from stock where sku = 'CHAIR'")).rows[0].free;

test("it does what its README says, and ends when it is told to", async () => {
  const chairs = { sku: "CHAIR", quantity: 2 };
  const reserved = await call("ReserveItems", "action", chairs);
  expect(reserved).toEqual({ status: 200, body: { reservation_id: "res_run-1:reserve:1:action" } });
  expect(await call("ReserveItems", "action", chairs)).toEqual(reserved);
  expect(await free()).toBe(998);
  await expect.poll(() => studio.events).toMatchObject([{ type: "ItemsReserved", data: chairs }]);
  const found = await call("FindReservation", "action", {});
  expect(found.body).toEqual({ happened: true, result: reserved.body });
  expect(await call("ReleaseReservation", "compensation", {})).toMatchObject({ body: { undone: 1 } });
  expect(await free()).toBe(1000);
  expect((await fetch(`${url}/ReserveItems`, { method: "POST", body: "{}" })).status).toBe(401);
  const ended = once(service, "exit");
  service.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("the README shows it as it is", () => {
  const readme = readFileSync("participant/README.md", "utf8");
  expect(readme).toContain(`\`\`\`ts\n${readFileSync("docs/examples/inventory.ts", "utf8")}\`\`\``);
});
