import { expect, test } from "vitest";
import { problemOfType, typeFromTitle, typeOfText } from "./saga-type";

test.each([
  ["Order fulfillment", "OrderFulfillment"],
  ["  refund, 2nd try ", "Refund2ndTry"],
  ["3D print", "DPrint"],
  ["Réservation d’hôtel", "ReservationDHotel"],
  ["订单", ""],
])("%s becomes %s", (title, type) => expect(typeFromTitle(title)).toBe(type));

test("a type has its form and is new", () => {
  expect(problemOfType("OrderFulfillment", [])).toBeNull();
  expect(problemOfType("order", [])).toMatch(/capital letter/);
  expect(problemOfType("Order", ["Order"])).toMatch(/already/);
});

test("a definition's text names its type, in YAML and in JSON", () => {
  expect(typeOfText("saga: Order\nsteps: []\n")).toEqual({ type: "Order" });
  expect(typeOfText('{"saga": "Order"}')).toEqual({ type: "Order" });
  expect(typeOfText("title: Order")).toHaveProperty("problem");
  expect(typeOfText("saga: [")).toHaveProperty("problem");
  expect(typeOfText("just words")).toHaveProperty("problem");
});
