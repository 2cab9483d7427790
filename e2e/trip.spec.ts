import { expect, test } from "./support/test";

let count = 0;

function newTrip() {
  count += 1;
  return {
    trip_id: `TRIP-${Date.now().toString(36).toUpperCase()}-${count}`,
    traveller: { name: "Grace Murray", email: "grace@example.com" },
    flight: { from: "LHR", to: "LIS", departs_on: "2027-03-12" },
    hotel: { name: "Hotel do Chiado", nights: 4 },
    car: { category: "small", days: 4 },
    total: 1284.4,
  };
}

const bookings = ["Book flight", "Book hotel", "Rent car"];

test("a trip books three things side by side, pays, and passes its point of no return", async ({ api, runPage }) => {
  await runPage.open(await api.start("TripBooking", newTrip()));
  await runPage.expectState("Completed");
  for (const title of [...bookings, "Take payment", "Issue tickets"])
    await expect(runPage.step(title, "completed")).toBeVisible();
  await expect(runPage.graph.getByText("point of no return")).toBeVisible();
});

test("a declined trip gives back all three bookings", async ({ api, runPage }) => {
  await api.turn("PaymentService.Charge", "decline");
  await runPage.open(await api.start("TripBooking", newTrip()));
  await runPage.expectState("Rolled back clean");
  await expect(runPage.step("Take payment", "failed")).toBeVisible();
  for (const title of bookings) await expect(runPage.step(title, "completed", "of 3 done")).toBeVisible();
});

test("tickets that fail after the payment are tried again, and nothing is undone", async ({ api, runPage }) => {
  await api.turn("TicketService.Issue", "error", { times: 2 });
  await runPage.open(await api.start("TripBooking", newTrip()));
  await runPage.expectState("Completed");
  await expect(runPage.step("Issue tickets", "completed", "attempt 3 of 10")).toBeVisible();
  for (const title of bookings) await expect(runPage.step(title, "completed")).toBeVisible();
});
