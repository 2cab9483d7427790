import { expect, test } from "vitest";
import { fieldOf, toBody, toForm } from "./subscription-form";

test("what is not filled in asks for everything of every saga", () => {
  expect(toBody({ ...toForm(null), name: "CRM", url: " https://crm.example.com " })).toEqual({
    name: "CRM",
    target: { kind: "webhook", url: "https://crm.example.com", allowPrivateNetwork: false },
    sagas: [],
    types: [],
    transitions: false,
  });
});

test("words are told apart by commas and spaces", () => {
  expect(toBody({ ...toForm(null), kind: "broker", broker: "main", sagas: "Order,Trip,  Refund" })).toMatchObject({
    target: { kind: "broker", broker: "main" },
    sagas: ["Order", "Trip", "Refund"],
  });
});

test("a problem is shown at the field that it is about", () => {
  expect(["/target/url", "/target/broker", "/sagas/3", "/name", "/transitions", undefined].map(fieldOf)).toEqual([
    "url",
    "broker",
    "sagas",
    "name",
    null,
    null,
  ]);
});
