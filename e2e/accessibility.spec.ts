import { paths } from "@/contract/paths";
import { StartDialog } from "./pages/start-dialog";
import { expectAccessible } from "./support/expect-accessible";
import { newOrder } from "./support/orders";
import { expect, test } from "./support/test";

const themes = ["light", "dark"] as const;

/** The pages that anybody who is signed in can reach by their address alone, and what shows that they have loaded. */
const pages = [
  { name: "Overview", path: "/", ready: /./ },
  { name: "Attention", path: paths.attention(), ready: "Attention" },
  { name: "Runs", path: paths.runs(), ready: "Runs" },
  { name: "Sagas", path: paths.sagas(), ready: "Sagas" },
  { name: "Designer", path: paths.saga("TripBooking"), ready: "TripBooking" },
  { name: "Services", path: paths.services(), ready: "Services" },
  { name: "Settings", path: paths.settings(), ready: "Settings" },
  { name: "Demo shop", path: paths.demo(), ready: "Demo shop" },
] as const;

for (const theme of themes) {
  test.describe(`in the ${theme} theme`, () => {
    test.beforeEach(async ({ page }) => {
      await page.addInitScript((chosen) => localStorage.setItem("saga-studio.theme", chosen), theme);
      await page.emulateMedia({ reducedMotion: "reduce" });
    });

    for (const { name, path, ready } of pages)
      test(`${name} has no accessibility violation`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1, name: ready })).toBeVisible();
        await expectAccessible(page, theme);
      });

    test("a run in the middle of its unwind has none, nor has the plan of its repair", async ({
      api,
      page,
      runPage,
    }) => {
      await api.turn("ShippingService.CreateShipment", "decline");
      await api.turn("PaymentService.RefundPayment", "decline");
      const run = await api.start("OrderFulfillment", newOrder());
      await api.waitForAttention(run, "compensation_failed");
      await runPage.open(run);
      await runPage.expectState("Attention");
      await expectAccessible(page, theme);
      await runPage.showEvents();
      await expectAccessible(page, theme);
      await runPage.operation("Retry undo…").click();
      await expect(runPage.sheet.dialog).toContainText("RefundPayment");
      await expectAccessible(page, theme);
    });

    test("a step's forms, its code and publishing have none", async ({ page, designerPage }) => {
      await designerPage.open("OrderFulfillment");
      await designerPage.step("Process payment").click();
      for (const tab of ["Action", "Compensation", "Reliability", "Data", "Notes"]) {
        await designerPage.inspector.getByRole("tab", { name: tab }).click();
        await expectAccessible(page, theme);
      }
      await expect(await designerPage.showCode()).toContainText("saga: OrderFulfillment");
      await expectAccessible(page, theme);
      await page.getByRole("button", { name: /^Publish v/ }).click();
      await expect(page.getByRole("dialog").getByText("Nothing changed.")).toBeVisible();
      await expectAccessible(page, theme);
    });

    test("the form that starts a run has none, nor what it complains of", async ({ page, sagasPage }) => {
      await sagasPage.open();
      await sagasPage.run("Order fulfillment");
      const { dialog } = new StartDialog(page);
      const order = dialog.getByLabel("Order number");
      await expect(order).toBeVisible();
      await expectAccessible(page, theme);
      await order.clear();
      await dialog.getByRole("button", { name: "Start" }).click();
      await expect(order).toHaveAttribute("aria-invalid", "true");
      await expectAccessible(page, theme);
    });

    test("people, keys and the audit log have none", async ({ page }) => {
      await page.goto(paths.settings());
      for (const tab of ["People", "API keys", "Audit log"]) {
        await page.getByRole("tab", { name: tab }).click();
        await expect(
          page.getByRole("tabpanel", { name: tab }).getByRole("table").or(page.getByText("No API keys yet")),
        ).toBeVisible();
        await expectAccessible(page, theme);
      }
    });

    test("what is not there is said accessibly", async ({ page, runPage }) => {
      await runPage.open("0190b8e2-0000-7000-8000-000000000000");
      await expect(page.getByText("There is no such run")).toBeVisible();
      await expectAccessible(page, theme);
    });

    test.describe("signed out", () => {
      test.use({ storageState: { cookies: [], origins: [] } });

      test("sign-in and set-up have no accessibility violation", async ({ page }) => {
        await page.goto(paths.signIn());
        await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
        await expectAccessible(page, theme);
        await page.goto(paths.setup("expired"));
        await expect(page.getByRole("main")).toBeVisible();
        await expectAccessible(page, theme);
      });
    });
  });
}
