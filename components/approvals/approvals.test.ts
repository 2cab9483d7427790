import { describe, expect, test } from "vitest";
import type { ApprovalView } from "@/contract/messages";
import { byUrgency } from "./approval-order";
import { approverWords, isApprover } from "./approver-words";
import { dueOf } from "./due";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("a due time", () => {
  test.each([
    ["none", null, 5 * minute, "none", "no due time"],
    ["far away", 2 * day, hour, "calm", "due in 1 d 23 h"],
    ["in the last hour of a long time", 2 * day, 2 * day - 50 * minute, "soon", "overdue in 50 min"],
    ["in the last fifth", 10 * day, 9 * day, "soon", "overdue in 1 d"],
    ["of half an hour, just asked for", hour / 2, minute, "calm", "due in 29 min"],
    ["of half an hour, half over", hour / 2, 20 * minute, "soon", "overdue in 10 min"],
    ["of two minutes", 2 * minute, 0, "soon", "overdue in 2 min"],
    ["past", hour, hour, "late", "overdue"],
  ] as const)("%s", (_name, dueAt, now, urgency, words) => expect(dueOf(0, dueAt, now)).toEqual({ urgency, words }));
});

test("the most urgent comes first, then who has waited longest", () => {
  const asked = (id: string, requestedAt: string, dueAt: string | null) => ({ id, requestedAt, dueAt }) as ApprovalView;
  const approvals = [
    asked("c", "2026-01-02T00:00:00Z", null),
    asked("d", "2026-01-01T00:00:00Z", null),
    asked("b", "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"),
    asked("a", "2026-01-03T00:00:00Z", "2026-02-01T00:00:00Z"),
  ];
  expect(
    byUrgency(approvals)
      .map(({ id }) => id)
      .join(""),
  ).toBe("abdc");
});

describe("who may decide", () => {
  test("is said by role or by name, and whom four eyes leaves out", () => {
    expect(approverWords({ approvers: { role: "operator" }, fourEyes: false })).toBe("Operators, designers and admins");
    expect(approverWords({ approvers: { users: ["ada@example.com"] }, fourEyes: true })).toBe(
      "ada@example.com, but not who started the run",
    );
  });

  test("is asked of the role that somebody has, or the e-mail that they sign in with", () => {
    const ada = { role: "operator", email: "Ada@example.com" } as const;
    expect(isApprover({ role: "operator" }, ada)).toBe(true);
    expect(isApprover({ role: "designer" }, ada)).toBe(false);
    expect(isApprover({ users: ["ada@example.com"] }, ada)).toBe(true);
    expect(isApprover({ users: ["grace@example.com"] }, { ...ada, email: null })).toBe(false);
  });
});
