import { SignInPage } from "./pages/sign-in-page";
import { StartDialog } from "./pages/start-dialog";
import { installation } from "./support/installation";
import { newOrder } from "./support/orders";
import { expect, test } from "./support/test";

test.use({ storageState: { cookies: [], origins: [] } });

test("a newcomer completes an order, watches one unwind, breaks the refund and repairs it", async ({
  page,
  attentionPage,
  demoPage,
  runPage,
  sagasPage,
}) => {
  test.slow();
  const startOrder = async () => {
    const order = newOrder().order_id;
    await sagasPage.open();
    await sagasPage.run("Order fulfillment");
    await new StartDialog(page).start({ "Order number": order });
    await expect(page.getByRole("heading", { level: 1, name: order })).toBeVisible();
    return order;
  };

  await test.step("signs in", async () => {
    await page.goto("/");
    await new SignInPage(page).signIn(installation.email, installation.password);
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  });

  await test.step("starts an order from the form and sees it complete", async () => {
    await startOrder();
    await runPage.expectState("Completed");
    for (const title of ["Reserve inventory", "Process payment", "Create shipment", "Send confirmation"])
      await expect(runPage.step(title, "completed")).toBeVisible();
  });

  await test.step("declines the payment and sees the order roll back", async () => {
    await demoPage.open();
    const before = await demoPage.balances();
    await demoPage.turn("PaymentService.ProcessPayment", "Declines");
    await startOrder();
    await runPage.expectState("Rolled back clean");
    await expect(runPage.step("Process payment", "failed")).toBeVisible();
    await expect(runPage.step("Reserve inventory", "completed", "undo 1 of 1 done")).toBeVisible();
    await expect(runPage.step("Create shipment", "pending")).toBeVisible();
    await expect(runPage.inspector.getByText("card_declined")).toBeVisible();
    await demoPage.open();
    expect(await demoPage.balances()).toEqual(before);
    await expect(demoPage.ledger.getByRole("row").nth(1)).toContainText("ReleaseReservation");
  });

  const stuck = await test.step("breaks the refund too, and finds the order under Attention", async () => {
    await demoPage.open();
    await demoPage.turn("PaymentService.ProcessPayment", "Works");
    await demoPage.turn("ShippingService.CreateShipment", "Declines");
    await demoPage.turn("PaymentService.RefundPayment", "Declines");
    const order = await startOrder();
    await runPage.expectState("Attention");
    await expect(runPage.step("Process payment", "completed", "undo failed")).toBeVisible();
    await expect(runPage.step("Reserve inventory", "completed")).toBeVisible();
    await attentionPage.open();
    await expect(attentionPage.row(order)).toContainText("Undo failed");
    await expect(attentionPage.row(order)).toContainText("Process payment");
    return order;
  });

  await test.step("mends the refund and retries the undo", async () => {
    await demoPage.open();
    await demoPage.turn("PaymentService.RefundPayment", "Works");
    await attentionPage.open();
    await attentionPage.repair(stuck);
    await runPage.inspector.getByRole("button", { name: "Retry undo…" }).click();
    await expect(runPage.sheet.dialog).toContainText("RefundPayment");
    await runPage.sheet.confirm({ reason: "The bank is back", button: "Try the undo again" });
    await runPage.expectState("Rolled back clean");
    await expect(runPage.step("Process payment", "completed", "undo 1 of 2 done")).toBeVisible();
    await expect(runPage.step("Reserve inventory", "completed", "undo 2 of 2 done")).toBeVisible();
    await expect(await runPage.showEvents()).toContainText("The bank is back");
    await attentionPage.open();
    await expect(attentionPage.row(stuck)).toBeHidden();
  });
});
