import { expect, test } from "vitest";
import { toOutcome } from "./outcome";

const now = Date.parse("2026-11-24T12:00:00Z");

function outcome(
  status: number,
  body: string | Buffer | null,
  headers: { retryAfter?: string; contentType?: string } = {},
) {
  const given = typeof body === "string" ? Buffer.from(body) : body;
  return toOutcome({ status, retryAfter: headers.retryAfter, contentType: headers.contentType, body: given }, now);
}

test.each([
  [200, '{"id":7}', { kind: "success", result: { id: 7 } }],
  [201, "[1]", { kind: "success", result: [1] }],
  [200, "", { kind: "success", result: null }],
  [204, "", { kind: "success", result: null }],
  [200, '"\\ud83d\\ude00"', { kind: "success", result: "😀" }],
  [200, "not json", { kind: "unknown", error: { code: "unreadable_reply", status: 200 } }],
  [200, '{"a":', { kind: "unknown", error: { code: "unreadable_reply" } }],
  [200, '"a\\u0000b"', { kind: "unknown", error: { code: "unreadable_reply" } }],
  [200, '{"\\ud800":1}', { kind: "unknown", error: { code: "unreadable_reply" } }],
  [200, '{"n":1e400}', { kind: "unknown", error: { code: "unreadable_reply" } }],
  [200, "[".repeat(65) + "]".repeat(65), { kind: "unknown", error: { code: "unreadable_reply" } }],
  [200, Buffer.from([0x22, 0xff, 0x22]), { kind: "unknown", error: { code: "unreadable_reply" } }],
  [200, null, { kind: "unknown", error: { code: "unreadable_reply" } }],
  [302, "", { kind: "unknown", error: { code: "http_302" } }],
  [400, "", { kind: "terminal", error: { code: "http_400", message: "Answered 400" } }],
  [401, "", { kind: "terminal" }],
  [404, "<html>", { kind: "terminal", error: { code: "http_404" } }],
  [
    409,
    '{"code":"sold_out","message":"Sold out"}',
    { kind: "terminal", error: { code: "sold_out", message: "Sold out" } },
  ],
  [408, "", { kind: "retryable", whenSpent: "unknown" }],
  [425, "", { kind: "retryable", whenSpent: "none" }],
  [429, "", { kind: "retryable", whenSpent: "none" }],
  [500, "", { kind: "retryable", whenSpent: "unknown" }],
  [503, null, { kind: "retryable", whenSpent: "unknown" }],
] as const)("%i with %j", (status, body, expected) => {
  expect(outcome(status, body)).toMatchObject(expected);
});

test("202 means that the reply comes later", () => {
  expect(outcome(202, '{"queued":true}')).toBe("accepted");
});

test("HTML is no result, even where it parses", () => {
  expect(outcome(200, "1", { contentType: "text/html; charset=utf-8" })).toMatchObject({ kind: "unknown" });
});

test("problem+json tells the error", () => {
  const problem = {
    type: "https://shop.example/problems/card-declined",
    title: "Card declined",
    detail: "Limit reached",
  };
  expect(outcome(402, JSON.stringify(problem))).toEqual({
    kind: "terminal",
    error: { code: "card-declined", message: "Card declined", status: 402, detail: "Limit reached" },
  });
});

test("a long detail is not kept with each attempt", () => {
  const told = (detail: unknown) => outcome(400, JSON.stringify({ title: "No", detail }));
  expect(told("x".repeat(20_000))).toMatchObject({ error: { detail: "x".repeat(16_384) } });
  expect(told({ rows: "x".repeat(20_000) })).toMatchObject({ error: { detail: "Left out: longer than 16 KB" } });
});

test("an error object tells the error", () => {
  expect(outcome(422, '{"error":{"code":"no_stock","message":"None left"}}')).toMatchObject({
    error: { code: "no_stock", message: "None left" },
  });
});

test.each([
  ["120", 120_000],
  ["Tue, 24 Nov 2026 12:00:30 GMT", 30_000],
  ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
])("Retry-After %s is %s ms", (retryAfter, expected) => {
  expect((outcome(429, "", { retryAfter }) as { retryAfterMs?: number }).retryAfterMs).toBe(expected);
});
