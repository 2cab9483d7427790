import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunView } from "@/contract/runs";
import { parseDefinition } from "@/engine/definition/parse";
import { startTestApi, type TestApi } from "@/server/testing/api";
import { type RunningShop, startShop } from "./server";
import { secret } from "./testing";

/** The whole way: the real server, the real shop, HTTP both ways. */
let api: TestApi;
let shop: RunningShop;
const errors: unknown[] = [];

const services = ["BudgetService", "SupplierService", "AccountingService", "NotificationService"] as const;

beforeAll(async () => {
  api = await startTestApi();
  const secrets = new Map<string, string>();
  for (const name of services) secrets.set(name, await register(name, "http://127.0.0.1:1"));
  shop = await startShop({
    databaseUrl: api.db.url,
    port: 0,
    studio: api.url,
    secretOf: (name) => secrets.get(name) ?? secret,
    onError: (error) => errors.push(error),
  });
  for (const name of services) await register(name, shop.url);
  for (const name of ["budget-hold", "purchase"]) await publish(textOf(name));
});
afterAll(async () => {
  await shop.stop();
  await api.stop();
  expect(errors).toEqual([]);
});
beforeEach(() => fetch(`${shop.url}/demo/reset`, { method: "POST" }));

async function register(name: string, origin: string): Promise<string> {
  const transport = { kind: "http", url: `${origin}/${name}`, allowPrivateNetwork: true };
  return (await api.call("admin", "PUT", `/services/${name}`, { body: { transport } })).body.secret;
}

function textOf(name: string): string {
  return readFileSync(new URL(`definitions/${name}.yaml`, import.meta.url), "utf8");
}

async function publish(text: string, headers = {}): Promise<void> {
  const parsed = parseDefinition(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { saga } = parsed.value;
  await api.call("designer", "PUT", `/sagas/${saga}/draft`, { body: { document: parsed.value }, headers });
  const published = await api.call("designer", "POST", `/sagas/${saga}/versions`, { body: { note: "For a test" } });
  expect(published.status).toBe(201);
}

const line = (sku: string, price = 20) => ({ supplier: "Nordic Oak", sku, quantity: 1, price });

async function start(number: string, ...lines: readonly object[]): Promise<string> {
  const data = { purchase_id: number, requester: "Ada Byron", cost_centre: "CC-FACILITIES", lines, cooling_off: 1 };
  const started = await api.call("operator", "POST", "/sagas/Purchase/runs", { body: { data } });
  expect(started.status).toBe(202);
  return started.body.id;
}

const read = async (run: string): Promise<RunView> => (await api.call("viewer", "GET", `/runs/${run}`)).body;
const until = (run: string, expected: object) =>
  expect.poll(() => read(run), { timeout: 20_000 }).toMatchObject(expected);
const stepOf = async (run: string, id: string) => (await read(run)).steps.find((step) => step.id === id);
const untilStep = (run: string, id: string, expected: object) =>
  expect.poll(() => stepOf(run, id), { timeout: 20_000 }).toMatchObject(expected);
const confirm = (body: object) =>
  api.call("operator", "POST", "/signals", { body: { signal: "SupplierConfirmed", ...body } });
const turn = (command: string, position: object) =>
  fetch(`${shop.url}/demo/switches/SupplierService/${command}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(position),
  });

async function balance(): Promise<Record<string, string>> {
  const { balance: lines } = (await (await fetch(`${shop.url}/demo`)).json()) as {
    balance: { label: string; value: string }[];
  };
  return Object.fromEntries(lines.map(({ label, value }) => [label, value]));
}

test("a large purchase is approved, reserved by replies that come later, confirmed and ordered", async () => {
  const run = await start(
    "PUR-1",
    line("TABLE-OAK", 640),
    line("CHAIR-OAK", 500),
    line("RUG-WOOL"),
    line("LAMP-BRASS"),
  );
  await untilStep(run, "approve", { status: "executing" });
  const decision = { decision: "approve", form: { budget: "CC-MARKETING", comment: "Ring twice" }, comment: "" };
  const decided = await api.call("operator", "POST", `/approvals/${run}.approve.1/decision`, { body: decision });
  expect([200, 202]).toContain(decided.status);
  await untilStep(run, "reserve_lines", { status: "completed" });
  await confirm({ saga: "Purchase", businessKey: "PUR-1", data: { deliver_on: "2027-03-12" } });
  await until(run, { state: "completed", attention: [] });
  expect(await stepOf(run, "place_order")).toMatchObject({
    action: { input: { note: "Ring twice" } },
    result: { amount: 1180, deliver_on: "2027-03-12" },
  });
  expect(await balance()).toMatchObject({
    "Budget held": "1180.00",
    "Lines held at suppliers": "4",
    "Purchase orders": "1",
    "Accounting entries": "2",
    "Replies owed": "0",
  });
});

test("a purchase that is called off after it was ordered is taken back, but for the news of it", async () => {
  const before = await balance();
  const run = await start("PUR-4", line("CHAIR-OAK"), line("RUG-WOOL"));
  await confirm({ run });
  await until(run, { state: "completed" });
  const operation = { operation: "compensate", reason: "The office stays closed" };
  await api.call("operator", "POST", `/runs/${run}/operations`, { body: operation });
  await until(run, { state: "failed", cause: "operator", rollback: "clean", residue: ["tell_requester"] });
  expect(await balance()).toEqual({ ...before, "Confirmations sent": "1" });
});

test("a purchase with a line that is sold out leaves nothing behind", async () => {
  const before = await balance();
  const run = await start("PUR-2", line("CHAIR-OAK"), line("LAMP-BRASS"), line("CLOCK-WALL"), line("RUG-WOOL"));
  await until(run, { state: "failed", rollback: "clean", attention: [] });
  expect(await stepOf(run, "reserve_lines")).toMatchObject({ error: { code: "line_unavailable" } });
  expect(await stepOf(run, "approve")).toMatchObject({ status: "skipped" });
  expect(await balance()).toEqual(before);
});

test("a supplier who reserves and stays silent is asked, and the line counts", async () => {
  await publish(textOf("purchase").replaceAll("timeout: PT5S", "timeout: PT1S"), { "if-match": "*" });
  await turn("ReserveLine", { mode: "timeout_after_effect" });
  const run = await start("PUR-3", line("CHAIR-OAK"));
  await untilStep(run, "reserve_lines", { status: "completed" });
  expect(await stepOf(run, "reserve_lines")).toMatchObject({ result: [{ sku: "CHAIR-OAK" }] });
  expect(await balance()).toMatchObject({ "Lines held at suppliers": "1" });
});
