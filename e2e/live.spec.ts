import type { Route } from "@playwright/test";
import { RunPage } from "./pages/run-page";
import { newOrder } from "./support/orders";
import { expect, test } from "./support/test";

test("two browsers see the same run move, and what one does the other sees", async ({ api, browser, page, people }) => {
  await api.turn("PaymentService.ProcessPayment", "decline");
  await api.turn("InventoryService.ReleaseReservation", "decline");
  const run = await api.start("OrderFulfillment", newOrder());
  const other = await browser.newContext({ storageState: await people.signIn("operator") });
  const pages = [new RunPage(page), new RunPage(await other.newPage())] as const;
  const [mine, theirs] = pages;

  for (const view of pages) {
    await view.open(run);
    await view.expectState("Attention");
    await expect(view.step("Reserve inventory", "completed", "undo failed")).toBeVisible();
  }

  await api.mendShop();
  await theirs.operation("Retry undo…").click();
  await theirs.sheet.confirm({ reason: "The shelf is free again", button: "Try the undo again" });

  for (const view of pages) {
    await view.expectState("Rolled back clean");
    await expect(view.step("Reserve inventory", "completed", "undo 1 of 1 done")).toBeVisible();
  }
  await expect(await mine.showEvents()).toContainText("The shelf is free again");
  await other.close();
});

test("what happens while the page is still loading is not lost", async ({ api, page, runPage }) => {
  await api.turn("NotificationService.SendOrderConfirmation", "slow", { delayMs: 3000 });
  const run = await api.start("OrderFulfillment", newOrder());
  const holdFirst = async (route: Route) => {
    const early = await route.fetch();
    await api.waitFor(run, "completed");
    await route.fulfill({ response: early });
  };
  await page.route(/\/events\?/, holdFirst, { times: 1 });
  await runPage.open(run);
  await runPage.expectState("Completed");
});

test("a run that starts elsewhere is announced in the list, and let in by a person", async ({
  api,
  page,
  runsPage,
}) => {
  await api.start("OrderFulfillment", newOrder());
  await runsPage.open();
  await expect(page.getByRole("row").nth(1)).toBeVisible();

  const order = newOrder();
  await api.start("OrderFulfillment", order);
  await page.getByRole("button", { name: /new run/ }).click();
  await expect(runsPage.row(order.order_id)).toContainText("Completed");
});
