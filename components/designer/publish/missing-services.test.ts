import { expect, test } from "vitest";
import { choreographed, everyKind, order } from "../testing";
import { missingServices } from "./missing-services";

const named = (...names: string[]) => names.map((name) => ({ name }));

test("services that steps and reactions call and that nobody registered are told once each", () => {
  expect(missingServices(order, named("PaymentService"))).toEqual(["InventoryService", "ShippingService"]);
  expect(missingServices(everyKind, [])).toEqual(["Flight", "Mail"]);
  expect(missingServices(choreographed, named("InventoryService", "PaymentService"))).toEqual(["ShippingService"]);
});

test("services that are only watched are called by nobody here, and a command that is not named yet by none", () => {
  expect(missingServices({ ...choreographed, mode: "observe" }, [])).toEqual([]);
  const reactions = [{ id: "a", on: "OrderCreated", send: "" }];
  expect(missingServices({ ...choreographed, reactions }, [])).toEqual([]);
});
