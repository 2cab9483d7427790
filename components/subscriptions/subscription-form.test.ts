import { expect, test } from "vitest";
import type { SubscriptionView } from "@/contract/subscriptions";
import { toChanges, toForm } from "./subscription-form";

const saved = {
  name: "CRM",
  target: { kind: "webhook", url: "https://crm.example.com/hook", allowPrivateNetwork: false },
  sagas: ["Order"],
  types: [],
  transitions: false,
  enabled: true,
} as unknown as SubscriptionView;

test("only what was touched is written, so that whatever changed meanwhile stays", () => {
  const form = { ...toForm(saved), name: "CRM, new", types: "OrderFailed OrderCompleted" };
  expect(toChanges(form, {})).toEqual({});
  expect(toChanges(form, { name: true, types: true })).toEqual({
    name: "CRM, new",
    types: ["OrderFailed", "OrderCompleted"],
  });
  expect(toChanges({ ...form, enabled: false }, { enabled: true })).toEqual({ enabled: false });
});

test("where events go is one thing, written whole when any part of it was touched", () => {
  const form = { ...toForm(saved), allowPrivateNetwork: true };
  expect(toChanges(form, { allowPrivateNetwork: true })).toEqual({
    target: { kind: "webhook", url: "https://crm.example.com/hook", allowPrivateNetwork: true },
  });
});
