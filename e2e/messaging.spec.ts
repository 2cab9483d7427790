import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { paths } from "@/contract/paths";
import { SubscriptionsPage } from "./pages/subscriptions-page";
import { expect, test } from "./support/test";

const unique = (name: string) => `${name}${Date.now().toString(36)}`;

/** Somebody's own endpoint, that takes whatever comes. */
async function startReceiver() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, stop: () => server.close() };
}

test("a subscription is made, tried, and its deliveries are looked at", async ({ api, page }) => {
  const saga = unique("Told");
  await api.publish({ saga, steps: [{ id: "sum", kind: "transform", set: { sum: "$" + "{1 + 1}" } }] });
  const receiver = await startReceiver();
  const subscriptions = new SubscriptionsPage(page);
  await subscriptions.open();
  await subscriptions.add({ name: saga, address: receiver.url, saga });
  await subscriptions.expectTested("Answered 204");
  await subscriptions.close();
  await api.waitFor(await api.start(saga, {}), "completed");
  await subscriptions.openDeliveries(saga);
  const delivery = subscriptions.sheet.getByRole("button", { name: `${saga}Completed` });
  await expect(delivery).toContainText("answered 204");
  await delivery.click();
  await expect(delivery).toHaveAttribute("aria-expanded", "true");
  receiver.stop();
});

test("what cannot be taken back asks first, and the focus goes back to where it was asked from", async ({ page }) => {
  await page.goto(paths.services());
  const edit = page.getByRole("row").filter({ hasText: "BudgetService" }).getByRole("button", { name: /^Edit/ });
  await edit.press("Enter");
  const remove = page.getByRole("button", { name: "Remove…" });
  await remove.press("Enter");
  const question = page.getByRole("dialog", { name: "Remove BudgetService?" });
  await expect(question).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(remove).toBeFocused();
  await remove.press("Enter");
  await question.getByRole("button", { name: "Remove service" }).press("Enter");
  await expect(page.getByRole("dialog", { name: "BudgetService" })).toContainText("is called by BudgetHold");
  await page.keyboard.press("Escape");
  await expect(edit).toBeFocused();
});

test("a service that pulls its work is registered, its key is bound to it, and what waits for it is counted", async ({
  api,
  page,
}) => {
  const service = unique("Pull");
  const sheet = page.getByRole("dialog");
  await page.goto(paths.services());
  await page.getByRole("button", { name: "Register service" }).first().click();
  await sheet.getByLabel("Name").fill(service);
  await sheet.getByRole("radio", { name: "Pulls its work" }).click();
  await sheet.getByRole("button", { name: "Register service" }).click();
  await expect(sheet.getByText("Signing secret")).toBeVisible();
  await expect(sheet.getByRole("region", { name: "Fetching work" })).toContainText(`/queues/${service}/claim`);
  await sheet.getByRole("button", { name: "I have stored it" }).click();

  const steps = [{ id: "do", class: "irreversible", action: `${service}.Do` }];
  await api.publish({ saga: `Of${service}`, steps });
  await api.start(`Of${service}`, {});
  await expect(page.getByRole("row").filter({ hasText: service })).toContainText("1 waiting", { timeout: 20_000 });

  await page.goto(paths.settings());
  await page.getByRole("tab", { name: "API keys" }).click();
  await page.getByRole("button", { name: "Create key" }).first().click();
  await sheet.getByLabel("Name").fill(`key of ${service}`);
  await sheet.getByLabel("Acts by").click();
  await page.getByRole("option", { name: service }).click();
  await sheet.getByRole("button", { name: "Create key" }).click();
  await expect(sheet).toContainText(`It speaks for ${service}, and does nothing else.`);
  await sheet.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByRole("row").filter({ hasText: `key of ${service}` })).toContainText(service);
});
