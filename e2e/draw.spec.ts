import type { Page, Route } from "@playwright/test";
import { fillCommand } from "./pages/designer-page";
import { StartDialog } from "./pages/start-dialog";
import { expectAccessible } from "./support/expect-accessible";
import { expect, test } from "./support/test";

test("a saga is drawn on an empty canvas, published and run", async ({ page, designerPage, runPage, sagasPage }) => {
  test.slow();
  const name = `Weekend away ${Date.now().toString(36)}`;
  await sagasPage.open();
  const type = await sagasPage.createBlank(name);
  await designerPage.expectOpen(type);

  await test.step("draws three steps", async () => {
    await designerPage.addFirstStep();
    await expect(await designerPage.showProblems()).toContainText("Choose a command");
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

test("a saga with steps of every kind is drawn, filled in by keyboard, published and run", async ({
  api,
  page,
  designerPage,
  runPage,
}) => {
  test.slow();
  const unique = Date.now().toString(36);
  const cover = `Cover${unique}`;
  await api.publish({
    saga: cover,
    steps: [{ id: "insure", action: "CarService.Reserve", compensation: "CarService.ReleaseCar" }],
  });
  const type = `GroupTrip${unique}`;
  const sample = { trip_id: `T-${unique}`, total: 900, passengers: [{ name: "Ada" }, { name: "Grace" }] };
  await api.saveDraft({ saga: type, sample, steps: [] });
  await designerPage.open(type);

  await test.step("a transform works out a value, and shows it for the sample", async () => {
    await designerPage.addStep("Transform");
    await designerPage.name("price", "Work out the price");
    await designerPage.fill("Name", "amount");
    await designerPage.write("Value of amount", "${data.total * 2}");
    await expect(designerPage.inspector.getByText("sample: 1800")).toBeVisible();
  });

  await test.step("a decision has two ways, and the sample takes the first", async () => {
    await designerPage.addStep("Decision");
    await designerPage.name("choose", "Over 1,000?");
    await designerPage.addStep("Approval");
    await designerPage.name("agree", "Manager approves");
    await designerPage.fill("Due in", "1 d");
    await designerPage.inspector.getByRole("switch", { name: "Four eyes" }).press("Space");
    await designerPage.openForm("Over 1,000?");
    await designerPage.addStep("For each");
    await designerPage.name("rooms", "Book rooms");
    await designerPage.openForm("Over 1,000?");
    await designerPage.choose("Otherwise", "Book rooms");
    await designerPage.write("When", "steps.price.result.amount > 1000");
    await expect(designerPage.inspector.getByText("sample: true")).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("a forEach goes through the sample's list, and its expressions read an item", async () => {
    await designerPage.openForm("Book rooms");
    await expect(designerPage.inspector.getByText("sample: 2 items")).toBeVisible();
    await designerPage.fill("At once", "2");
    await designerPage.fill("Called", "guest");
    await fillCommand(designerPage.inspector, "HotelService.Reserve");
    await designerPage.write("Input", "trip_id: ${data.trip_id}\nname: ${guest.name}");
    await expect(designerPage.inspector.getByText('"name": "Ada"')).toBeVisible();
    await expectAccessible(page);
    await designerPage.undoneBy("HotelService.ReleaseRoom");
  });

  await test.step("a child saga is chosen from those there are; a wait and a signal follow the approval", async () => {
    await designerPage.openForm("Manager approves");
    await designerPage.addStep("Child saga");
    await designerPage.name("cover", "Insure the group");
    const saga = designerPage.inspector.getByRole("combobox", { name: "Saga", exact: true });
    await saga.fill(cover);
    await saga.press("Tab");
    await expect(designerPage.inspector.getByText("now v1: 1 step")).toBeVisible();
    await designerPage.addStep("Wait");
    await designerPage.name("cool_off", "Cool off");
    await designerPage.write("For", "90 min");
    await expect(designerPage.step("Cool off, wait, for 1 h 30 min")).toBeVisible();
    await designerPage.addStep("Signal");
    await designerPage.name("signed", "Contract signed");
    await designerPage.fill("Name of the signal", "ContractSigned");
    await expect(designerPage.step("Contract signed, signal, ContractSigned · within 3 d")).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("renaming a step changes what reads it", async () => {
    await designerPage.openForm("Work out the price");
    await designerPage.name("cost", "Work out the price");
    await designerPage.openForm("Over 1,000?");
    await expect(designerPage.inspector.getByRole("textbox", { name: "When" })).toHaveText(
      "steps.cost.result.amount > 1000",
    );
    await expect(await designerPage.showCode()).toContainText("name: ${guest.name}");
    await expect(await designerPage.showProblems()).toContainText("No problems");
    await designerPage.expectSaved();
  });

  await test.step("publishes it, runs it, and the run waits for the approval", async () => {
    await designerPage.publish(1, "Every kind");
    await designerPage.run(1);
    await new StartDialog(page).start();
    await page.waitForURL(/\/runs\//);
    await runPage.showAll();
    await expect(runPage.step("Work out the price", "completed")).toBeVisible();
    await expect(runPage.step("Manager approves", "waiting", "by operators · four eyes · until")).toBeVisible();
    await expect(runPage.step("Book rooms", "skipped")).toBeVisible();
    await expectAccessible(page);
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
