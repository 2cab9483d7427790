import { BrokersPage } from "./pages/brokers-page";
import { expect, test } from "./support/test";

test("a broker that is away is tried, registered, waited for and found from the run", async ({
  api,
  page,
  runPage,
}) => {
  const brokers = new BrokersPage(page);
  const name = `away${Date.now().toString(36)}`;
  await brokers.open();
  await brokers.beginNew(name, "nats://127.0.0.1:1");
  await brokers.expectTested("may not be used without “Allow private and loopback addresses”");
  await brokers.allowPrivate();
  await brokers.expectTested("Nothing listens at 127.0.0.1:1");
  await brokers.register();
  await expect(brokers.row(name)).toContainText("Not reachable");

  const service = `Away${Date.now().toString(36)}`;
  await api.registerService(service, { kind: "nats", broker: name });
  await api.publish({
    saga: `Waits${service}`,
    steps: [{ id: "send", title: "Send it", class: "irreversible", action: `${service}.Send` }],
  });
  await runPage.open(await api.start(`Waits${service}`, {}));
  await expect(page.getByText(`A command waits for the broker ${name}`)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("no attempt is spent")).toBeVisible();
  await page.getByRole("link", { name: "Settings, Brokers" }).click();
  await expect(brokers.row(name)).toContainText("1 run waiting for it");
  await expect(brokers.row(name)).toContainText(service);
});

test("without a message that could not be taken the page says so", async ({ page }) => {
  await page.goto("/dead-letters");
  await expect(page.getByRole("heading", { name: "Every message was taken" })).toBeVisible();
});
