import { ApprovalsPage } from "./pages/approvals-page";
import { RunPage } from "./pages/run-page";
import { expect, test } from "./support/test";

const undo = (command: string) => ({
  command,
  input: {
    booking_id: "${has(original_result.booking_id) ? original_result.booking_id : null}",
    action_key: "${action_key}",
  },
});
const once = { attempts: 1 };

/** A saga of its own for each test, so that no other test's runs are in the way. */
const unique = (name: string) => `${name}${Date.now().toString(36)}`;

const agree = {
  id: "agree",
  title: "Agree to the trip",
  kind: "approval",
  approvers: { role: "operator" },
  due: "P2D",
  form: {
    type: "object",
    required: ["cost_centre"],
    properties: { cost_centre: { type: "string", title: "Cost centre", minLength: 2 } },
  },
};

const seats = {
  id: "seats",
  title: "Book seats",
  kind: "forEach",
  items: "${data.passengers}",
  as: "passenger",
  concurrency: 2,
  action: { command: "FlightService.Book", input: { trip_id: "${data.key}", traveller: "${passenger}" }, retry: once },
  compensation: undo("FlightService.CancelFlight"),
  onFailure: "hold",
};

const passengers = [{ name: "Ada" }, { name: "Grace" }];

test("a decision, a signal, a pause and a list: all four are waited for, seen and answered", async ({
  api,
  page,
  approvalsPage,
  runPage,
}) => {
  test.slow();
  const saga = unique("Journey");
  await api.publish({
    saga,
    businessKey: "${data.key}",
    exposure: "${data.total}",
    steps: [
      agree,
      { id: "paid", title: "Wait for the payment", kind: "signal", signal: "PaymentReceived", timeout: "P3D" },
      { id: "breathe", title: "Take a breath", kind: "wait", for: "PT1S" },
      seats,
    ],
  });
  const key = unique("TRIP-");
  const run = await api.start(saga, { key, total: 420, passengers });

  await test.step("the inbox says what is asked, and the form what is missing", async () => {
    await approvalsPage.open();
    await expect(approvalsPage.row(key)).toContainText("420.00");
    await expect(approvalsPage.row(key)).toContainText("due in 1 d 23 h");
    await approvalsPage.look(key);
    await expect(approvalsPage.sheet).toContainText('"name": "Ada"');
    await approvalsPage.decide("Approve");
    await expect(approvalsPage.sheet.getByLabel(/^Cost centre/)).toHaveAttribute("aria-invalid", "true");
  });

  await test.step("approving takes it out of the inbox and lets the run go on", async () => {
    await approvalsPage.sheet.getByLabel(/^Cost centre/).fill("CC-7");
    await approvalsPage.sheet.getByLabel("Comment").fill("Have a good trip");
    await approvalsPage.decide("Approve");
    await expect(approvalsPage.sheet).toBeHidden();
    await expect(approvalsPage.row(key)).toBeHidden();
    await runPage.open(run);
    await runPage.step("Agree to the trip", "completed").click();
    await expect(runPage.inspector).toContainText("Approved by");
    await expect(runPage.inspector).toContainText("Have a good trip");
  });

  await test.step("the signal is sent by hand", async () => {
    await runPage.step("Wait for the payment").click();
    await expect(runPage.inspector).toContainText("in 2 d 23 h");
    await runPage.inspector.getByRole("button", { name: "Send signal…" }).click();
    await runPage.sheet.dialog.getByRole("button", { name: "Send signal" }).click();
    await expect(runPage.sheet.dialog).toBeHidden();
    await expect(await runPage.showEvents()).toContainText("Signal PaymentReceived received");
  });

  await test.step("the run waits a moment, books both seats, and completes", async () => {
    await runPage.expectState("Completed");
    await expect(runPage.step("Take a breath", "completed")).toBeVisible();
    await runPage.step("Book seats", "completed").click();
    await expect(runPage.inspector).toContainText("2 of 2 done");
    await runPage.inspector.getByRole("button", { name: "0 · Ada" }).click();
    await expect(runPage.inspector).toContainText("seats:0:1:action");
    await page.getByRole("tab", { name: "Timeline" }).click();
    const rows = page.getByRole("region", { name: "Timeline" }).getByRole("listitem");
    await expect(rows.filter({ hasText: "1 · Grace" })).toBeVisible();
  });
});

test("a rejection needs a comment, which the log keeps", async ({ api, approvalsPage, runPage }) => {
  const saga = unique("Wish");
  await api.publish({ saga, businessKey: "${data.key}", steps: [agree] });
  const key = unique("WISH-");
  const run = await api.start(saga, { key });
  await approvalsPage.open();
  await approvalsPage.look(key);
  await approvalsPage.decide("Reject");
  await expect(approvalsPage.sheet).toContainText("Say why you reject it.");
  await approvalsPage.sheet.getByLabel("Comment").fill("Too far away");
  await approvalsPage.decide("Reject");
  await expect(approvalsPage.row(key)).toBeHidden();
  await runPage.open(run);
  await runPage.expectState("Nothing to undo");
  await expect(await runPage.showEvents()).toContainText("Too far away");
});

test("with four eyes, whoever started the run reads why they may not decide, and another person decides", async ({
  api,
  browser,
  page,
  people,
  approvalsPage,
}) => {
  const saga = unique("Careful");
  await api.publish({ saga, businessKey: "${data.key}", steps: [{ ...agree, form: undefined, fourEyes: true }] });
  const key = unique("CARE-");
  await approvalsPage.open();
  const started = await page.request.post(`/api/v1/sagas/${saga}/runs`, {
    data: { data: { key } },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(started.ok()).toBe(true);

  await approvalsPage.showAll();
  await approvalsPage.look(key);
  await expect(approvalsPage.sheet).toContainText("You cannot decide this");
  await expect(approvalsPage.sheet).toContainText("another person must decide");
  await expect(approvalsPage.sheet.getByRole("button", { name: "Approve" })).toBeHidden();

  const other = await browser.newContext({ storageState: await people.signIn("operator") });
  const theirs = new ApprovalsPage(await other.newPage());
  await theirs.open();
  await theirs.look(key);
  await theirs.decide("Approve");
  await expect(theirs.row(key)).toBeHidden();
  await expect(approvalsPage.sheet).toContainText("Nobody is asked for this any more");
  await other.close();
});

test("an unwind goes down to a step and leaves one undo out, then undoes the rest; the run is started again", async ({
  api,
  page,
  runPage,
}) => {
  test.slow();
  const saga = unique("Outing");
  await api.publish({
    saga,
    businessKey: "${data.key}",
    steps: [
      {
        id: "flight",
        title: "Book flight",
        action: "FlightService.Book",
        compensation: undo("FlightService.CancelFlight"),
      },
      {
        id: "hotel",
        title: "Book hotel",
        action: "HotelService.Reserve",
        compensation: undo("HotelService.ReleaseRoom"),
      },
      { id: "car", title: "Rent car", action: "CarService.Reserve", compensation: undo("CarService.ReleaseCar") },
      { id: "ready", title: "Ready to leave", kind: "signal", signal: "Ready" },
    ],
  });
  const key = unique("OUT-");
  await runPage.open(await api.start(saga, { key }));
  await expect(runPage.step("Rent car", "completed")).toBeVisible();

  await test.step("down to the flight, without the hotel", async () => {
    await runPage.operation("Compensate…").click();
    const { dialog } = runPage.sheet;
    await expect(dialog.getByRole("button", { name: "Undo 3 steps" })).toBeVisible();
    await dialog.getByRole("combobox", { name: "Down to" }).click();
    await page.getByRole("option", { name: "Book flight" }).click();
    await dialog.getByRole("button", { name: "Leave out the undo of Book hotel" }).click();
    const undoOne = dialog.getByRole("button", { name: "Undo 1 step, down to Book flight" });
    await dialog.getByLabel(/^Reason/).fill("The road is closed");
    await undoOne.click();
    await expect(dialog).toContainText("Say why it is left out");
    await dialog.getByLabel(/^Why Book hotel is left out/).fill("The guests are there");
    await undoOne.click();
    await expect(dialog).toBeHidden();
  });

  await test.step("the run rests where it was told to", async () => {
    await runPage.expectState("Attention");
    await expect(runPage.inspector).toContainText("Unwind stopped");
    await expect(runPage.step("Rent car", "completed", "undo 1 of")).toBeVisible();
    await expect(await runPage.showEvents()).toContainText("leaves out Book hotel: The guests are there");
  });

  await test.step("the rest is undone, and the end is honest", async () => {
    await runPage.operation("Undo the rest…").click();
    await expect(runPage.sheet.dialog).toContainText("is left out: The guests are there");
    await runPage.sheet.confirm({ reason: "Everybody is home", button: "Undo 1 step" });
    await runPage.expectState("Rollback incomplete");
  });

  await test.step("it is started again with edited data", async () => {
    await runPage.operation("Start again…").click();
    const { dialog } = runPage.sheet;
    await dialog.getByRole("radio", { name: "Edited" }).click();
    const editor = dialog.getByRole("textbox", { name: "Data" });
    await editor.press("ControlOrMeta+a");
    await page.keyboard.insertText(JSON.stringify({ key: `${key}-2` }));
    await expect(dialog.getByRole("list", { name: "What is changed" })).toContainText(`${key}-2`);
    await runPage.sheet.confirm({ reason: "The road is open", button: "Start again" });
    await expect(page.getByRole("heading", { level: 1, name: `${key}-2` })).toBeVisible();
    await runPage.inspector.getByRole("link", { name: key, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: key, exact: true })).toBeVisible();
    await expect(runPage.inspector.getByRole("link", { name: `${key}-2` })).toBeVisible();
  });
});

test("one item of a list is repaired by itself", async ({ api, page, runPage }) => {
  const saga = unique("Group");
  await api.publish({ saga, businessKey: "${data.key}", steps: [seats] });
  await api.turn("FlightService.Book", "decline");
  const run = await api.start(saga, { key: unique("GRP-"), passengers });
  await api.waitForAttention(run, "step_held");
  await api.mendShop();

  await runPage.open(run);
  await runPage.step("Book seats", "failed").click();
  await runPage.inspector.getByRole("button", { name: /^1 · Grace/ }).click();
  await runPage.inspector.getByRole("button", { name: "Retry step…" }).click();
  const { dialog } = runPage.sheet;
  await expect(dialog.getByRole("heading", { name: "Retry step: Book seats, item 1" })).toBeVisible();
  await runPage.sheet.confirm({ reason: "A seat is free", button: "Try the step again" });
  await expect(runPage.inspector).toContainText("Completed");

  await runPage.inspector.getByRole("button", { name: "Book seats", exact: true }).click();
  await expect(runPage.inspector).toContainText("1 of 2 done");
  await page.getByRole("radio", { name: "Failed" }).click();
  await expect(runPage.inspector.getByRole("list", { name: "Items" }).getByRole("button")).toHaveCount(1);
  await runPage.inspector.getByRole("button", { name: "Retry step…" }).click();
  await runPage.sheet.confirm({ reason: "And another", button: "Try the step again" });
  await runPage.expectState("Completed");
});

test("a step that is another saga leads to its run, and that back to its parent", async ({ api, page, runPage }) => {
  const child = unique("Refund");
  const parent = unique("Claim");
  await api.publish({
    saga: child,
    businessKey: "${data.key}",
    steps: [{ id: "agreed", title: "Wait for a word", kind: "signal", signal: "Agreed" }],
  });
  await api.publish({
    saga: parent,
    businessKey: "${data.key}",
    steps: [{ id: "refund", title: "Refund it", kind: "saga", saga: child, input: { key: "${data.key + '-R'}" } }],
  });
  const key = unique("CLM-");
  await runPage.open(await api.start(parent, { key }));
  await runPage.step("Refund it").click();
  await runPage.inspector.getByRole("link", { name: `${key}-R` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${key}-R` })).toBeVisible();
  const compensate = runPage.operation("Compensate…");
  await expect(compensate).toHaveAttribute("aria-disabled", "true");

  await runPage.step("Wait for a word").click();
  await runPage.inspector.getByRole("button", { name: "Go on without waiting…" }).click();
  await runPage.sheet.confirm({ reason: "Said on the telephone", button: /^Skip the step/ });
  await runPage.expectState("Completed");
  await page
    .getByRole("navigation", { name: "Breadcrumb" })
    .getByRole("link", { name: `Step refund of ${parent} ${key}` })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: key, exact: true })).toBeVisible();
  await new RunPage(page).expectState("Completed");
});
