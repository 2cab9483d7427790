import { StartDialog } from "./pages/start-dialog";
import { expect, test } from "./support/test";

let count = 0;

/** A number that no other purchase has: it is what people look for. */
function newNumber(): string {
  count += 1;
  return `PUR-${Date.now().toString(36).toUpperCase()}-${count}`;
}

const line = (sku: string) => ({ supplier: "Nordic Oak", sku, quantity: 1, price: 20 });

const purchase = (purchase_id: string, ...skus: readonly string[]) => ({
  purchase_id,
  requester: "Ada Byron",
  cost_centre: "CC-FACILITIES",
  lines: skus.map(line),
  cooling_off: 1,
});

test("a large purchase is approved in the inbox, confirmed by a signal, and ordered", async ({
  page,
  approvalsPage,
  demoPage,
  runPage,
  sagasPage,
}) => {
  test.slow();
  const number = newNumber();

  const run = await test.step("is started from its form, and asks for approval", async () => {
    await sagasPage.open();
    await sagasPage.run("Purchase");
    await new StartDialog(page).start({ "Purchase number": number });
    await expect(page.getByRole("heading", { level: 1, name: number })).toBeVisible();
    await runPage.showAll();
    await expect(runPage.step("Add up", "completed")).toBeVisible();
    await expect(runPage.step("Over 1,000?", "completed")).toBeVisible();
    await expect(runPage.step("Approve", "waiting")).toBeVisible();
    return new URL(page.url()).pathname.split("/").at(-1) ?? "";
  });

  await test.step("is approved, with a note to the suppliers", async () => {
    await approvalsPage.open();
    await expect(approvalsPage.row(number)).toContainText("Approve");
    await approvalsPage.look(number);
    await approvalsPage.sheet.getByLabel("Note to the suppliers").fill("Ring twice");
    await approvalsPage.decide("Approve");
    await expect(approvalsPage.sheet).toBeHidden();
    await expect(approvalsPage.row(number)).toBeHidden();
  });

  await test.step("holds its budget in a run of its own, and reserves each line", async () => {
    await runPage.open(run);
    await runPage.showAll();
    await expect(runPage.step("Hold the budget", "completed")).toBeVisible();
    await expect(runPage.step("Reserve each line", "completed", "4 of 4 done")).toBeVisible();
    await expect(runPage.step("Cooling-off", "completed")).toBeVisible();
    await expect(runPage.step("Suppliers confirm", "waiting")).toBeVisible();
  });

  await test.step("is ordered when the suppliers' word comes, and nothing before that", async () => {
    await expect(runPage.step("Place the order", "pending")).toBeVisible();
    await runPage.step("Suppliers confirm").click();
    await runPage.inspector.getByRole("button", { name: "Send signal…" }).click();
    await runPage.sheet.dialog.getByRole("button", { name: "Send signal" }).click();
    await runPage.expectState("Completed");
    for (const title of ["Place the order", "Book the invoice", "Tell the requester"])
      await expect(runPage.step(title, "completed")).toBeVisible();
    await runPage.step("Approve").click();
    await expect(runPage.inspector).toContainText("Approved by");
    await expect(runPage.inspector).toContainText("Ring twice");
  });

  await demoPage.open();
  await expect(demoPage.ledger.getByRole("row").filter({ hasText: "PlaceOrder" }).first()).toContainText("Did it");
});

test("a purchase with a line that is sold out gives back every reserved line, and its budget", async ({
  api,
  demoPage,
  runPage,
}) => {
  await demoPage.open();
  const before = await demoPage.balances();
  const run = await api.start("Purchase", purchase(newNumber(), "CHAIR-OAK", "LAMP-BRASS", "CLOCK-WALL", "RUG-WOOL"));
  await runPage.open(run);
  await runPage.expectState("Rolled back clean");
  await runPage.showAll();
  await expect(runPage.step("Approve", "skipped")).toBeVisible();
  await expect(runPage.step("Reserve each line", "undo")).toBeVisible();
  await expect(runPage.step("Hold the budget", "completed", "done")).toBeVisible();
  await expect(runPage.step("Place the order", "pending")).toBeVisible();
  await runPage.step("Reserve each line").click();
  await expect(runPage.inspector.getByText("line_unavailable").first()).toBeVisible();
  await demoPage.open();
  expect(await demoPage.balances()).toEqual(before);
  await expect(demoPage.ledger.getByRole("row").filter({ hasText: "CancelLine" }).first()).toContainText("Did it");
});

test("an order that nobody answered is asked about, and found to be placed", async ({ api, runPage }) => {
  test.slow();
  await api.turn("SupplierService.PlaceOrder", "timeout_after_effect");
  const run = await api.start("Purchase", purchase(newNumber(), "CHAIR-OAK"));
  await api.signal(run, "SupplierConfirmed", { deliver_on: "2027-03-12" });
  await runPage.open(run);
  await runPage.expectState("Completed");
  await runPage.showAll();
  await expect(runPage.step("Place the order", "completed")).toBeVisible();
  const events = await runPage.showEvents();
  await expect(events).toContainText("Place the order: asked whether it happened");
  await expect(events).toContainText("the service says that it happened");
});
