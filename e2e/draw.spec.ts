import type { Page, Route } from "@playwright/test";
import { StartDialog } from "./pages/start-dialog";
import { expect, test } from "./support/test";

test("a saga is drawn on an empty canvas, published and run", async ({ page, designerPage, runPage, sagasPage }) => {
  test.slow();
  const name = `Weekend away ${Date.now().toString(36)}`;
  await sagasPage.open();
  const type = await sagasPage.createBlank(name);
  await designerPage.expectOpen(type);

  await test.step("draws three steps", async () => {
    await designerPage.addFirstStep();
    await expect(await designerPage.showProblems()).toContainText("expected Service.Command");
    await designerPage.describe({
      id: "rent_car",
      title: "Rent car",
      command: "CarService.Reserve",
      undo: "CarService.ReleaseCar",
    });
    await designerPage.pullNextStepFrom("Rent car");
    await designerPage.describe({
      id: "book_room",
      title: "Book room",
      command: "HotelService.Reserve",
      undo: "HotelService.ReleaseRoom",
    });
    await designerPage.step("Book room").focus();
    await page.keyboard.press("a");
    await designerPage.expectNewStep();
    await designerPage.describe({ id: "issue_voucher", title: "Issue voucher", command: "TicketService.Issue" });
    await expect(await designerPage.showProblems()).toContainText("No problems");
  });

  await test.step("finds the same saga as code, and takes a step away and back", async () => {
    const code = await designerPage.showCode();
    await expect(code).toContainText("id: rent_car");
    await expect(code).toContainText("HotelService.ReleaseRoom");
    await expect(code).toContainText("to: issue_voucher");
    await designerPage.step("Issue voucher").focus();
    await page.keyboard.press("Delete");
    await expect(code).not.toContainText("issue_voucher");
    await page.keyboard.press("ControlOrMeta+z");
    await expect(code).toContainText("to: issue_voucher");
    await designerPage.expectSaved();
  });

  await test.step("publishes and runs it", async () => {
    await designerPage.publish(1, "The first weekend");
    await designerPage.run(1);
    await new StartDialog(page).start();
    await runPage.expectState("Completed");
    for (const title of ["Rent car", "Book room", "Issue voucher"])
      await expect(runPage.step(title, "completed")).toBeVisible();
  });
});

test("what is typed as code is drawn, and what was published stays", async ({ api, page, designerPage }) => {
  const type = `CodeFirst${Date.now().toString(36)}`;
  await api.publish({
    saga: type,
    steps: [{ id: "rent_car", action: "CarService.Reserve", compensation: "CarService.ReleaseCar" }],
  });
  await designerPage.open(type);
  const code = await designerPage.showCode();
  await expect(code).toContainText("rent_car");
  await code.press("ControlOrMeta+End");
  await page.keyboard.insertText("\ntitle: Typed by hand\n");
  await designerPage.expectSaved();
  await page.getByRole("button", { name: "Publish v2…" }).click();
  await expect(page.getByRole("dialog", { name: "Publish v2" })).toContainText("Typed by hand");
});

test("two people on one draft see each other, and neither overwrites the other unawares", async ({
  api,
  browser,
  page,
  people,
  designerPage,
}) => {
  const type = `Shared${Date.now().toString(36)}`;
  const steps = [{ id: "rent_car", action: "CarService.Reserve", compensation: "CarService.ReleaseCar" }];
  await api.saveDraft({ saga: type, steps });
  const other = await browser.newContext({ storageState: await people.signIn("designer") });
  const theirs = await other.newPage();
  await designerPage.open(type);
  await theirs.goto(page.url());
  await expect(page.getByRole("list", { name: /Also here: .*Test designer/ })).toBeVisible();
  await other.close();

  await api.saveDraft({ saga: type, title: "Theirs", steps }, 1);
  const title = designerPage.inspector.getByLabel("Title", { exact: true });
  await expect(title).toHaveValue("Theirs");

  const save = await holdSaves(page);
  await title.fill("Mine");
  await save.sent;
  await api.saveDraft({ saga: type, title: "Theirs again", steps }, 2);
  await save.release();
  const conflict = page.getByRole("dialog", { name: /saved this draft while you changed it/ });
  await expect(conflict).toContainText("Theirs again");
  await conflict.getByRole("button", { name: "Keep mine" }).click();
  await designerPage.expectSaved();
  await expect(title).toHaveValue("Mine");
});

/** Keeps the browser's saves on their way until they are released. */
async function holdSaves(page: Page): Promise<{ sent: Promise<unknown>; release: () => Promise<void> }> {
  const draft = /\/draft$/;
  const held: Route[] = [];
  await page.route(draft, async (route) => {
    if (route.request().method() === "PUT") held.push(route);
    else await route.continue();
  });
  return {
    sent: page.waitForRequest((request) => request.method() === "PUT" && draft.test(request.url())),
    release: async () => {
      for (const route of held.splice(0)) await route.continue();
      await page.unroute(draft);
    },
  };
}
