import { newOrder } from "./support/orders";
import { expect, test } from "./support/test";

test.use({ storageState: async ({ people }, use) => use(await people.signIn("viewer")) });

test("a viewer sees a stuck run and may do nothing about it", async ({ api, page, attentionPage, runPage }) => {
  await api.turn("PaymentService.ProcessPayment", "decline");
  await api.turn("InventoryService.ReleaseReservation", "decline");
  const order = newOrder();
  const run = await api.start("OrderFulfillment", order);
  await api.waitForAttention(run, "compensation_failed");

  await attentionPage.open();
  await expect(attentionPage.row(order.order_id)).toContainText("Undo failed");
  await attentionPage.repair(order.order_id);
  await runPage.expectState("Attention");
  const retry = runPage.operation("Retry undo…");
  await expect(retry).toHaveAttribute("aria-disabled", "true");
  await retry.hover();
  await expect(page.getByRole("tooltip")).toContainText("operator");
  await retry.press("Enter");
  await expect(runPage.sheet.dialog).toBeHidden();

  const refused = await page.request.post(`/api/v1/runs/${run}/operations`, {
    data: { operation: "retryCompensation", step: "reserve_inventory", reason: "I may not" },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(refused.status()).toBe(403);
});

test("a viewer cannot make a saga or flip a switch, and reads why", async ({ page, demoPage, sagasPage }) => {
  await sagasPage.open();
  await expect(page.getByRole("button", { name: "New saga" }).first()).toHaveAttribute("aria-disabled", "true");
  const run = page.getByRole("button", { name: "Run Order fulfillment" });
  await expect(run).toHaveAttribute("aria-disabled", "true");
  await run.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await demoPage.open();
  await expect(page.getByText("switching needs the role operator")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Declines" }).first()).toBeDisabled();
});
