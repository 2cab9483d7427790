import { paths } from "@/contract/paths";
import { StartDialog } from "./pages/start-dialog";
import { expectAccessibleInBothThemes } from "./support/expect-accessible";
import { newOrder } from "./support/orders";
import { expect, test } from "./support/test";

/** The pages that anybody who is signed in can reach by their address alone, and what shows that they have loaded. */
const pages = [
  { name: "Overview", path: "/", ready: /./ },
  { name: "Attention", path: paths.attention(), ready: "Attention" },
  { name: "Runs", path: paths.runs(), ready: "Runs" },
  { name: "Approvals", path: paths.approvals(), ready: "Approvals" },
  { name: "Sagas", path: paths.sagas(), ready: "Sagas" },
  { name: "Designer", path: paths.saga("TripBooking"), ready: "TripBooking" },
  { name: "Services", path: paths.services(), ready: "Services" },
  { name: "Dead letters", path: paths.deadLetters(), ready: "Dead letters" },
  { name: "Brokers", path: paths.brokers(), ready: "Settings" },
  { name: "Settings", path: paths.settings(), ready: "Settings" },
  { name: "Demo shop", path: paths.demo(), ready: "Demo shop" },
] as const;

test.beforeEach(async ({ page }) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: "reduce" });
});

for (const { name, path, ready } of pages)
  test(`${name} has no accessibility violation`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1, name: ready })).toBeVisible();
    await expectAccessibleInBothThemes(page);
  });

test("a run in the middle of its unwind has none, nor has the plan of its repair", async ({ api, page, runPage }) => {
  await api.turn("ShippingService.CreateShipment", "decline");
  await api.turn("PaymentService.RefundPayment", "decline");
  const run = await api.start("OrderFulfillment", newOrder());
  await api.waitForAttention(run, "compensation_failed");
  await runPage.open(run);
  await runPage.expectState("Attention");
  await expectAccessibleInBothThemes(page);
  await runPage.showEvents();
  await expectAccessibleInBothThemes(page);
  await runPage.operation("Retry undo…").click();
  await expect(runPage.sheet.dialog).toContainText("RefundPayment");
  await expectAccessibleInBothThemes(page);
});

test("a decision in the inbox and on the run's page has none, nor what it complains of", async ({
  api,
  page,
  approvalsPage,
  runPage,
}) => {
  const saga = `Ask${Date.now().toString(36)}`;
  const form = { type: "object", required: ["why"], properties: { why: { type: "string", title: "Why" } } };
  await api.publish({
    saga,
    businessKey: "${data.key}",
    steps: [
      { id: "agree", title: "Agree", kind: "approval", approvers: { role: "operator" }, form },
      { id: "told", title: "Be told", kind: "signal", signal: "Told", timeout: "P1D" },
    ],
  });
  const run = await api.start(saga, { key: saga });
  await approvalsPage.open();
  await approvalsPage.look(saga);
  await expect(approvalsPage.sheet.getByLabel(/^Why/)).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await approvalsPage.decide("Approve");
  await approvalsPage.decide("Reject");
  await expect(approvalsPage.sheet).toContainText("Say why you reject it.");
  await expectAccessibleInBothThemes(page);
  await runPage.open(run);
  await runPage.step("Agree").click();
  await runPage.inspector.getByLabel(/^Why/).fill("It is time");
  await expectAccessibleInBothThemes(page);
  await runPage.inspector.getByRole("button", { name: "Approve" }).click();
  await runPage.step("Be told").click();
  await runPage.inspector.getByRole("button", { name: "Send signal…" }).click();
  await expect(runPage.sheet.dialog.getByRole("textbox")).toBeVisible();
  await expectAccessibleInBothThemes(page);
});

test("a list of items, one of them, and a plan that leaves something out have none", async ({ api, page, runPage }) => {
  const saga = `Each${Date.now().toString(36)}`;
  const action = "FlightService.Book";
  const compensation = "FlightService.CancelFlight";
  await api.publish({
    saga,
    steps: [
      { id: "first", title: "Book one", action, compensation },
      { id: "each", title: "Book each", kind: "forEach", items: "${data.items}", as: "one", action, compensation },
      { id: "told", title: "Be told", kind: "signal", signal: "Told" },
    ],
  });
  await runPage.open(await api.start(saga, { items: ["Ada", "Grace"] }));
  await expect(runPage.step("Be told")).toBeVisible();
  await runPage.step("Book each", "completed").click();
  await expectAccessibleInBothThemes(page);
  await runPage.inspector.getByRole("button", { name: "0 · Ada" }).click();
  await expectAccessibleInBothThemes(page);
  await runPage.operation("Compensate…").click();
  const { dialog } = runPage.sheet;
  await dialog.getByRole("combobox", { name: "Down to" }).click();
  await page.getByRole("option", { name: "Book one" }).click();
  await expect(dialog).toContainText("Stays, as the unwind stops there");
  await dialog.getByRole("button", { name: "Leave out the undo of Book each" }).click();
  await expect(dialog.getByLabel(/^Why Book each is left out/)).toBeFocused();
  await expectAccessibleInBothThemes(page);
});

test("a step's forms, its code and publishing have none", async ({ page, designerPage }) => {
  await designerPage.open("OrderFulfillment");
  await designerPage.step("Process payment").click();
  for (const tab of ["Action", "Compensation", "Reliability", "Data", "Notes"]) {
    await designerPage.inspector.getByRole("tab", { name: tab }).click();
    await expectAccessibleInBothThemes(page);
  }
  await expect(await designerPage.showCode()).toContainText("saga: OrderFulfillment");
  await expectAccessibleInBothThemes(page);
  await page.getByRole("button", { name: /^Publish v/ }).click();
  await expect(page.getByRole("dialog").getByText("Nothing changed.")).toBeVisible();
  await expectAccessibleInBothThemes(page);
});

test("the form that starts a run has none, nor what it complains of", async ({ page, sagasPage }) => {
  await sagasPage.open();
  await sagasPage.run("Order fulfillment");
  const { dialog } = new StartDialog(page);
  const order = dialog.getByLabel("Order number");
  await expect(order).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await order.clear();
  await dialog.getByRole("button", { name: "Start" }).click();
  await expect(order).toHaveAttribute("aria-invalid", "true");
  await expectAccessibleInBothThemes(page);
});

test("people, keys and the audit log have none", async ({ page }) => {
  await page.goto(paths.settings());
  for (const tab of ["People", "API keys", "Audit log"]) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(
      page.getByRole("tabpanel", { name: tab }).getByRole("table").or(page.getByText("No API keys yet")),
    ).toBeVisible();
    await expectAccessibleInBothThemes(page);
  }
});

test("what is not there is said accessibly", async ({ page, runPage }) => {
  await runPage.open("0190b8e2-0000-7000-8000-000000000000");
  await expect(page.getByText("There is no such run")).toBeVisible();
  await expectAccessibleInBothThemes(page);
});

test.describe("signed out", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("sign-in and set-up have no accessibility violation", async ({ page }) => {
    await page.goto(paths.signIn());
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
    await expectAccessibleInBothThemes(page);
    await page.goto(paths.setup("expired"));
    await expect(page.getByRole("main")).toBeVisible();
    await expectAccessibleInBothThemes(page);
  });
});
