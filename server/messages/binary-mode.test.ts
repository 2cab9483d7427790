import { describe, expect, test } from "vitest";
import { AppError } from "../errors";
import { binaryMode, namingHeader, toStructured } from "./binary-mode";

type Headers = Readonly<Record<string, string>>;

const bytes = (text: string) => new TextEncoder().encode(text);
const mode = (headers: Headers) => binaryMode(Object.entries(headers));

function structured(headers: Headers, body = "") {
  const found = mode(headers);
  if (found === null) throw new Error("It is not in binary mode");
  return toStructured(found, bytes(body));
}

function refusal(headers: Headers, body = "") {
  try {
    structured(headers, body);
  } catch (error) {
    if (error instanceof AppError)
      return { status: error.status, code: error.code, path: error.extra.path, detail: error.message };
  }
  throw new Error("It was taken");
}

const told = { specversion: "1.0", id: "e-1", source: "Shop", type: "Paid" };
const withPrefix = (prefix: string, attributes: Headers = told) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]));

test.each(["ce-", "CE-", "Ce-", "cloudEvents:", "cloudEvents_", "cloudevents_"])(
  "headers that begin with %s and a body are the event that a structured one would be",
  (prefix) => {
    const more = { subject: "order-1", time: "2026-01-02T10:00:00Z" };
    const headers = { ...withPrefix(prefix, { ...told, ...more }), "Content-Type": "application/json; charset=UTF-8" };
    expect(structured(headers, '{"order":1}')).toEqual({ ...told, ...more, data: { order: 1 } });
  },
);

test("an event may have no data, and data of any kind of JSON", () => {
  expect(structured(withPrefix("ce-"))).toEqual(told);
  expect(structured(withPrefix("ce-"), " \n")).toEqual(told);
  for (const type of [
    "application/json",
    "text/json",
    "application/vnd.shop.order+json",
    'application/json;charset="utf8"',
  ])
    expect(structured({ ...withPrefix("ce-"), "content-type": type }, "[1]")).toEqual({ ...told, data: [1] });
  expect(structured(withPrefix("ce-"), "null")).toEqual({ ...told, data: null });
  const elsewhere = { ...withPrefix("cloudEvents_"), cloudEvents_datacontenttype: "application/json" };
  expect(structured(elsewhere, "1")).toEqual({ ...told, data: 1 });
});

test("only what an event is known by is read: no header stands in for its data or for anything else", () => {
  const odd = withPrefix("ce-", { ...told, data: "forged", data_base64: "AA==", __proto__x: "1", traceparent: "00-1" });
  expect(structured(odd, '"sent"')).toEqual({ ...told, data: "sent" });
});

describe("what is structured", () => {
  test.each([
    [{}],
    [{ "content-type": "application/json" }],
    [{ ...withPrefix("ce-"), "content-type": "application/cloudevents+json" }],
    [{ ...withPrefix("ce-"), "Content-Type": " Application/CloudEvents-Batch+json; charset=utf-8" }],
    [{ "ce-time": "2026-01-02T10:00:00Z", "ce-traceparent": "00-1" }],
    [{ "x-ce-id": "1", ce: "1", "Nats-Msg-Id": "1" }],
  ])("%j", (headers: Headers) => expect(mode(headers)).toBeNull());
});

describe("how values are written", () => {
  const id = (value: string, prefix = "ce-") =>
    (structured({ ...withPrefix(prefix), [`${prefix}id`]: value }) as { readonly id: string }).id;

  test.each([
    ["Euro%20%E2%82%AC%20%f0%9f%98%80", "Euro € 😀"],
    ["%41%25", "A%"],
    ['"two words"', "two words"],
    ['"a \\"quoted\\" \\\\ one%20"', 'a "quoted" \\ one '],
    ['half "quoted"', 'half "quoted"'],
    [" e-1 ", "e-1"],
  ])("%s over HTTP and NATS", (value, meant) => expect(id(value)).toBe(meant));

  test("over AMQP as they are", () => expect(id('"50%" €', "cloudEvents:")).toBe('"50%" €'));

  test.each(["50%", "%C0%A0", "%zz"])("%s is refused, and the header named", (value) => {
    const refused = refusal({ ...withPrefix("ce-"), "ce-source": value });
    expect(refused).toMatchObject({ status: 400, code: "invalid_header", path: "ce-source" });
    expect(refused.detail).toContain("ce-source");
  });

  test("what no database holds is refused", () => {
    expect(refusal({ ...withPrefix("ce-"), "ce-id": "a%00" })).toMatchObject({ code: "nul_character", path: "ce-id" });
    const nul = { ...withPrefix("cloudEvents:"), "cloudEvents:id": "a\u0000" };
    expect(refusal(nul)).toMatchObject({ code: "nul_character", path: "cloudEvents:id" });
  });
});

describe("data that is not JSON", () => {
  test.each([
    "text/plain",
    "application/octet-stream",
    "application/xml",
    "application/jsonx",
    "application/json; charset=utf-16",
    "image/svg+xml",
    "",
  ])("by its type %j", (type) => {
    const refused = refusal({ ...withPrefix("ce-"), "content-type": type }, "{}");
    expect(refused).toMatchObject({ status: 415, code: "unsupported_media_type", path: "content-type" });
    expect(refused.detail).toContain("has to be JSON");
  });

  test("by itself", () => {
    expect(refusal(withPrefix("ce-"), "{")).toMatchObject({ status: 400, code: "invalid_json" });
    expect(refusal(withPrefix("ce-"), '{"a":"\\u0000"}')).toMatchObject({ status: 400, code: "nul_character" });
  });
});

test("an error names the header where it named the field, and is the same else", () => {
  const binary = mode(withPrefix("cloudEvents:"));
  if (binary === null) throw new Error("It is not in binary mode");
  const named = namingHeader(new AppError(400, "invalid_request", "Body /type: too long", { path: "/type" }), binary);
  expect(named).toMatchObject({
    ...{ status: 400, code: "invalid_request", message: "Header cloudEvents:type: too long" },
    extra: { path: "cloudEvents:type" },
  });
  const other = new AppError(422, "no_correlation", "None fits.", { path: "/data/type" });
  expect(namingHeader(other, binary)).toBe(other);
});
