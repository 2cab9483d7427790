/**
 * From a decision to the browser's paint: the product as `npm start` runs it, one run's page open in Chromium, and notes
 * added to the run over the API. The clock starts at the decision's own time, before its commit, and stops in the
 * animation frame that shows the event; both are clocks of this machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { findChromium } from "../scripts/lib/chromium.mjs";
import { type Latency, latencyOf } from "./measure";

const key = "sk_bench_only_for_this_measurement";
const person = { email: "bench@example.com", password: "a long enough password" };
const samples = 40;

/** Milliseconds. */
export async function decisionToPaint(): Promise<Latency> {
  const found = await findChromium();
  if ("advice" in found) throw new Error(found.advice);
  const dir = mkdtempSync(join(tmpdir(), "saga-paint-"));
  const product = await startProduct(dir);
  try {
    const { document } = await call(product.url, "/sagas/OrderFulfillment/draft");
    const { id } = await call(product.url, "/sagas/OrderFulfillment/runs", { data: document.sample });
    const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await signIn(page, product.url);
      await page.goto(`${product.url}/runs/${id}`);
      await page.getByRole("tab", { name: /^Events/ }).click();
      const delays: number[] = [];
      for (let n = 0; n < samples; n++) delays.push(await oneNote(page, product.url, id, `note number ${n}.`));
      return latencyOf(delays);
    } finally {
      await browser.close();
    }
  } finally {
    await product.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function oneNote(page: Page, url: string, run: string, reason: string): Promise<number> {
  const isThere = (text: string) => document.querySelector("main")?.textContent?.includes(text) && Date.now();
  const [painted, { seq }] = await Promise.all([
    page.waitForFunction(isThere, reason, { polling: "raf", timeout: 10_000 }),
    call(url, `/runs/${run}/operations`, { operation: "note", reason }),
  ]);
  const { events } = await call(url, `/runs/${run}/events?after=${seq - 1}&limit=1`);
  return Number(await painted.jsonValue()) - Date.parse(events[0].at);
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel(/e-?mail/i).fill(person.email);
  await page.getByLabel(/^password/i).fill(person.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
}

// biome-ignore lint/suspicious/noExplicitAny: a measurement reads answers as they come
async function call(url: string, path: string, body?: unknown): Promise<any> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const sent = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(`${url}/api/v1${path}`, sent);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function startProduct(dir: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const env = {
    ...process.env,
    DATA_DIR: dir,
    PORT: "3980",
    ADMIN_EMAIL: person.email,
    ADMIN_PASSWORD: person.password,
    ADMIN_API_KEY: key,
  };
  const child = spawn(process.execPath, ["scripts/start.mjs"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const url = await linkOf(child);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { url, stop };
}

function linkOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += chunk;
      const link = said.match(/Open (http\S+)/)?.[1];
      if (link) resolve(link);
    });
    child.once("exit", () => reject(new Error(`The product did not start: ${said}`)));
  });
}
