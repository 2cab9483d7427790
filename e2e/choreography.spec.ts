import { StartDialog } from "./pages/start-dialog";
import { expectAccessible } from "./support/expect-accessible";
import { expect, test } from "./support/test";

test("a choreography is drawn by mouse and key, published, driven by events, watched and scrubbed back", async ({
  api,
  page,
  designerPage,
  reactionsPage,
  runPage,
  sagasPage,
}) => {
  test.slow();
  const name = `Stay ${Date.now().toString(36)}`;
  await sagasPage.open();
  const type = await sagasPage.createBlank(name, "Choreography");
  await designerPage.expectOpen(type);
  // Ends with a letter: digits at the end of a sample's key are drawn anew for each start.
  const trip = `T-${Date.now().toString(36)}a`;

  await test.step("says which events belong together", async () => {
    await designerPage.write("Correlation", "${event.data.trip_id}");
    await designerPage.write("Sample", `{ "trip_id": "${trip}" }`);
    await expect(designerPage.inspector.getByText(`sample: ${trip}`)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("draws who reacts to what", async () => {
    await reactionsPage.addFirst(`${type}Started`);
    await reactionsPage.describe({
      id: "book_room",
      title: "Book room",
      command: "HotelService.Reserve",
      expect: ["RoomBooked", "RoomRefused"],
    });
    await reactionsPage.pull("Book room", "RoomBooked");
    await reactionsPage.describe({
      id: "rent_car",
      title: "Rent car",
      command: "CarService.Reserve",
      expect: ["CarRented", "CarRefused"],
    });
    await reactionsPage.addAfter("Rent car", "CarRented");
    await reactionsPage.describe({ id: "finish", title: "Finish", says: `${type}Finished` });
    await reactionsPage.addAfter("Rent car", "CarRefused");
    await reactionsPage.describe({ id: "give_up", title: "Give up", says: `${type}Abandoned` });
    await reactionsPage.addEvent("Reacts to", "RoomRefused");
    await reactionsPage.choose("Book room");
    await reactionsPage.undoneBy("HotelService.ReleaseRoom", "CarRefused");
    await expect(
      designerPage.step(`Book room, reacts to ${type}Started, undo ReleaseRoom on CarRefused`),
    ).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("an event renamed on its edge is renamed everywhere, and back", async () => {
    const code = await designerPage.showCode();
    await page.getByRole("group", { name: "RoomBooked from Book room to Rent car" }).focus();
    await page.keyboard.press("Enter");
    await designerPage.fill("Name", "RoomHeld");
    await expect(code).toContainText("on: RoomHeld");
    await expect(code).not.toContainText("RoomBooked");
    await page.keyboard.press("ControlOrMeta+z");
    await expect(code).toContainText("on: RoomBooked");
    await reactionsPage.choose("Rent car");
    const rents = designerPage.inspector.getByRole("radiogroup", { name: "Class" });
    await rents.getByRole("radio", { name: "Irreversible" }).click();
    await designerPage.expectSaved();
  });

  await test.step("publishes it, and starts a run by hand", async () => {
    await designerPage.publish(1, "The first stay");
    await designerPage.run(1);
    await new StartDialog(page).start();
    await expect(runPage.header.getByText("driven", { exact: true })).toBeVisible();
    await runPage.showAll();
    await expect(runPage.step("Book room", "executing", "waits for RoomBooked or RoomRefused")).toBeVisible();
  });

  await test.step("events drive it on, and a refusal unwinds it", async () => {
    await api.tell("RoomBooked", { trip_id: trip });
    await expect(runPage.step("Rent car", "executing")).toBeVisible();
    await api.tell("CarRefused", { trip_id: trip });
    await runPage.expectState("Rolled back clean");
    await expect(runPage.step("Book room", "undo 1 of 1 done")).toBeVisible();
    const heard = await runPage.showHeard();
    await expect(heard.getByRole("listitem")).toContainText([`${type}Started`, "RoomBooked", "CarRefused"]);
    await expectAccessible(page);
  });

  await test.step("and can be looked at as it was", async () => {
    const heard = await runPage.showHeard();
    await heard.getByRole("button", { name: "Go to the moment of RoomBooked" }).focus();
    await page.keyboard.press("Enter");
    await expect(runPage.step("Rent car", "executing")).toBeVisible();
    await expect(heard.getByText("CarRefused", { exact: true })).toBeHidden();
    await runPage.step("Rent car").click();
    await expect(runPage.inspector.getByText("Reacted to")).toBeVisible();
    await expect(runPage.inspector.getByText("RoomBooked", { exact: true })).toBeVisible();
  });
});

test("an observed choreography is followed, and an effect that nobody undid waits in Attention", async ({
  api,
  page,
  attentionPage,
  runPage,
  sagasPage,
}) => {
  test.slow();
  const unique = Date.now().toString(36);
  const type = `Watched${unique}`;
  const began = `Began${unique}`;
  await api.publish({
    saga: type,
    title: type,
    style: "choreography",
    mode: "observe",
    correlation: "${event.data.id}",
    starts: began,
    reactions: [
      { id: "reserve", on: began, send: "Shop.Reserve", expect: ["Kept", "NotKept"], within: "PT1M" },
      { id: "pay", on: "Kept", send: "Shop.Pay", expect: ["Paid", "NotPaid"], within: "PT1M" },
      { id: "refund", on: "Broke", send: "Shop.Refund", undoes: "pay", expect: ["Refunded"], within: "PT1S" },
      {
        id: "release",
        on: ["NotPaid", "Broke"],
        send: "Shop.Free",
        undoes: "reserve",
        expect: ["Freed"],
        within: "PT1S",
      },
      { id: "end", on: "Paid", emit: "Over", within: "PT1M" },
      { id: "break", on: ["NotPaid", "NotKept", "Broke"], emit: "Broken", within: "PT1M" },
    ],
    ends: { completed: ["Over"], failed: ["Broken"] },
  });

  await test.step("nobody starts it here, and the page says how it begins", async () => {
    await sagasPage.open();
    await sagasPage.seeHowItStarts(type);
    const dialog = page.getByRole("dialog", { name: `${type} is observed` });
    await expect(dialog).toContainText("/api/v1/events");
    await expect(dialog.getByRole("button", { name: "Start" })).toHaveCount(0);
    await expectAccessible(page);
  });

  const id = `w-${unique}`;
  const run = (await api.tell(began, { id })).get(type);
  if (!run) throw new Error("No run has begun");

  await test.step("it is watched: nothing is offered that would be sent", async () => {
    await runPage.open(run);
    await expect(runPage.header.getByText("observed", { exact: true })).toBeVisible();
    await runPage.showAll();
    await expect(runPage.step("Reserve", "executing", "waits for Kept")).toBeVisible();
    await expect(runPage.operation(/^(Pause|Retry|Compensate)/)).toHaveCount(0);
    const heard = await runPage.showHeard();
    await expect(heard.getByRole("list", { name: "Still awaited" })).toContainText("Kept or NotKept");
    await expectAccessible(page);
  });

  await test.step("what another service should have undone, and did not, is said", async () => {
    await api.tell("Kept", { id });
    await api.tell("NotPaid", { id, reason: "declined" });
    await api.tell("Broken", { id });
    await runPage.expectState("Rollback incomplete");
    await attentionPage.open();
    await expect(attentionPage.row(id)).toContainText("Not undone");
    await expect(attentionPage.row(id)).toContainText("No Freed came from Release in time.");
    await expect(attentionPage.row(id)).toContainText(/Pay failed: .* said NotPaid: declined\./);
    await expectAccessible(page);
    await attentionPage.repair(id);
    await expect(runPage.inspector.getByRole("heading", { name: "Reserve" })).toBeVisible();
    await runPage.inspector.getByRole("button", { name: /^Mark/ }).click();
    await runPage.sheet.dialog.getByLabel(/^Evidence/).fill("Freed by phone");
    await runPage.sheet.confirm({ reason: "The shop confirms it", button: /^Mark/ });
    await expect(runPage.step("Reserve", "undo 1 of 1 done")).toBeVisible();
  });
});
