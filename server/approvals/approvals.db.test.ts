import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApprovalView, approvalPage, decisionResult } from "@/contract/messages";
import { type Answer, startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { as, holding, type Person, type Somebody, somebody } from "../testing/somebody";
import { publish, runWhen, stepOf } from "../testing/with-sagas";

let api: TestApi;
let ada: Person;
let ben: Person;
let boss: Somebody;

const form = {
  type: "object",
  required: ["limit"],
  properties: { limit: { type: "number", maximum: 1000 } },
  additionalProperties: false,
};
const approval = (more: object) => ({ steps: [{ id: "agree", kind: "approval", title: "Agree to it", ...more }] });

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  ada = await somebody(api, "operator");
  ben = await somebody(api, "operator");
  boss = holding(api, "admin");
  const common = { businessKey: "${data.order}", exposure: "${data.amount}" };
  await publish(api, { saga: "Limit", ...common, ...approval({ approvers: { role: "operator" }, form, due: "P2D" }) });
  await publish(api, { saga: "Named", ...approval({ approvers: { users: [ada.email] } }) });
  await publish(api, { saga: "Eyes", ...approval({ approvers: { role: "operator" }, fourEyes: true }) });
  await publish(api, { saga: "High", ...approval({ approvers: { role: "designer" } }) });
  await publish(api, { saga: "Hasty", ...approval({ approvers: { role: "viewer" }, due: "PT0.1S" }) });
});
afterAll(() => api.stop());

async function start(saga: string, who: Somebody = ada, data: object = { order: "o", amount: 1 }): Promise<string> {
  const { body } = await as(api, who, "POST", `/sagas/${saga}/runs`, { body: { data } });
  await runWhen(api, body.id, (run) => stepOf(run, "agree").waiting !== null);
  return body.id;
}
const decide = (who: Somebody, run: string, body: object, headers = {}) =>
  as(api, who, "POST", `/approvals/${run}.agree.1/decision`, { body, headers });
const approve = (who: Somebody, run: string) => decide(who, run, { decision: "approve" });
const listed = async (who: Somebody, run: string, query = ""): Promise<ApprovalView | undefined> =>
  approvalPage.parse((await as(api, who, "GET", `/approvals?run=${run}${query}`)).body).items[0];
const told = ({ status, body }: Answer) => ({ status, code: body.code });
const decisions = async (run: string) =>
  (await api.call("viewer", "GET", `/runs/${run}/events`)).body.events.filter(
    (each: { type: string }) => each.type === "ApprovalDecided",
  );

describe("the list", () => {
  test("says all that a person needs to decide", async () => {
    const run = await start("Limit", ada, { order: "o-1", amount: 12.5 });
    const view = await listed(ben, run);
    expect(view).toMatchObject({
      ...{ id: `${run}.agree.1`, run, saga: "Limit", version: 1, step: "agree", title: "Agree to it", fourEyes: false },
      ...{ businessKey: "o-1", exposure: 12.5, data: { order: "o-1", amount: 12.5 }, form },
      ...{ approvers: { role: "operator" }, mayDecide: true, whyNot: null },
    });
    const { dueAt, requestedAt } = view as ApprovalView;
    expect(Date.parse(dueAt ?? "") - Date.parse(requestedAt)).toBe(2 * 86_400_000);
  });

  test("pages through all of them once, the oldest run first, and mine are those that I may decide", async () => {
    for (let i = 0; i < 3; i++) for (const saga of ["Limit", "Named", "Eyes", "High"]) await start(saga);
    const walk = async (query: string) => {
      const seen: ApprovalView[] = [];
      for (let next: string | null = ""; next !== null; ) {
        const { body }: Answer = await as(api, ben, "GET", `/approvals?limit=5&cursor=${next}${query}`);
        seen.push(...approvalPage.parse(body).items);
        next = body.next;
      }
      return seen;
    };
    const all = await walk("");
    const { rows } = await api.db.pool.query("select id from saga_run where approvals <> '[]' order by id");
    expect(all.map(({ run }) => run)).toEqual(rows.map(({ id }) => id));
    const mine = await walk("&mine=true");
    expect(mine).toEqual(all.filter(({ mayDecide }) => mayDecide));
    expect(new Set(mine.map(({ saga }) => saga))).toEqual(new Set(["Limit", "Eyes"]));
  });

  test("forgets what is decided", async () => {
    const run = await start("High");
    await approve(boss, run);
    await runWhen(api, run, (view) => view.state === "completed");
    expect(await listed(ada, run)).toBeUndefined();
  });
});

describe("a decision", () => {
  test("to approve is the step's result, with the form and who decided", async () => {
    const run = await start("Limit");
    const answer = await decide(ben, run, {
      decision: "approve",
      form: { limit: 500 },
      comment: "<b>Known</b> customer",
    });
    expect(answer.status).toBe(200);
    expect(decisionResult.parse(answer.body).run).toBe(run);
    const view = await runWhen(api, run, (each) => each.state === "completed");
    expect(stepOf(view, "agree").result).toEqual({ decision: "approve", form: { limit: 500 }, by: ben.email });
    expect(await decisions(run)).toMatchObject([{ actor: ben.email, comment: "<b>Known</b> customer" }]);
  });

  test("to reject needs no form, and fails the step", async () => {
    const run = await start("Limit");
    expect((await decide(ben, run, { decision: "reject", comment: "No budget" })).status).toBe(200);
    const view = await runWhen(api, run, (each) => each.state === "failed");
    expect(stepOf(view, "agree").error).toMatchObject({
      code: "rejected",
      message: expect.stringContaining("No budget"),
    });
  });

  test.each<[number, string, string, object]>([
    [422, "invalid_form", "/form", { decision: "approve" }],
    [422, "invalid_form", "/form/limit", { decision: "approve", form: {} }],
    [422, "invalid_form", "/form/limit", { decision: "approve", form: { limit: 1001 } }],
    [422, "invalid_form", "/form/more", { decision: "approve", form: { limit: 1, more: 1 } }],
    [400, "invalid_request", "/decision", { decision: "maybe" }],
    [400, "invalid_request", "/decision", { decision: ["approve", "reject"] }],
    [400, "invalid_request", "/comment", { decision: "reject", comment: "x".repeat(2_001) }],
    [400, "unknown_field", "/by", { decision: "reject", by: "somebody else" }],
    [413, "body_too_large", "", { decision: "reject", comment: "x".repeat(1_000_000) }],
  ])("%i %s at %s decides nothing", async (status, code, path, body) => {
    const run = await start("Limit");
    expect({ path: "", ...(await decide(ben, run, body)).body }).toMatchObject({ status, code, path });
    expect((await listed(ben, run))?.mayDecide).toBe(true);
    expect(await decisions(run)).toEqual([]);
  });

  test("where nothing is to be filled in takes no form", async () => {
    const run = await start("Eyes");
    const filled = await decide(ben, run, { decision: "approve", form: { a: 1 } });
    expect(filled.body).toMatchObject({ status: 422, code: "no_form", path: "/form" });
    expect((await decide(ben, run, { decision: "approve", form: {} })).status).toBe(200);
  });

  test("is made once: of approving and rejecting at the same moment one wins", async () => {
    const run = await start("High");
    const all = Array.from({ length: 12 }, (_, i) =>
      decide(boss, run, { decision: i % 2 === 0 ? "approve" : "reject" }),
    );
    const codes = (await Promise.all(all)).map(({ status, body }) => (status === 200 ? "done" : body.code));
    expect(codes.filter((each) => each === "done")).toHaveLength(1);
    expect(codes.filter((each) => each === "already_decided")).toHaveLength(11);
    expect(await decisions(run)).toHaveLength(1);
  });

  test("with the same Idempotency-Key is answered again, with another body refused", async () => {
    const run = await start("Limit");
    const key = { "idempotency-key": "mine" };
    const body = { decision: "approve", form: { limit: 1 } };
    const first = await decide(ben, run, body, key);
    expect(await decide(ben, run, body, key)).toMatchObject({ status: 200, body: first.body });
    expect((await decide(ben, run, { decision: "reject" }, key)).body.code).toBe("key_reused");
    expect((await decide(ben, run, body)).body).toMatchObject({
      status: 409,
      code: "already_decided",
      state: "completed",
    });
    expect(await decisions(run)).toHaveLength(1);
  });

  test("comes too late once the time is over, or the run was stopped", async () => {
    const { body } = await as(api, ada, "POST", "/sagas/Hasty/runs", { body: { data: {} } });
    await runWhen(api, body.id, (view) => stepOf(view, "agree").error?.code === "overdue");
    expect(told(await approve(ben, body.id))).toEqual({ status: 409, code: "already_decided" });
    const run = await start("High");
    await as(api, ada, "POST", `/runs/${run}/operations`, { body: { operation: "cancel", reason: "a test" } });
    expect(told(await approve(boss, run))).toEqual({ status: 409, code: "already_decided" });
  });

  test("is made by POST alone, and from our own pages", async () => {
    const run = await start("High");
    const address = `/approvals/${run}.agree.1/decision`;
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
      for (const path of [address, `${address}?decision=approve`, `/approvals/${run}.agree.1?decision=approve`])
        expect((await as(api, boss, method, path)).status).toBe(404);
    const { cookie } = (await somebody(api, "admin")).headers;
    const foreign = await api.call(null, "POST", address, {
      text: '{"decision":"approve"}',
      headers: { cookie: cookie ?? "", origin: "https://evil.example" },
    });
    expect(told(foreign)).toEqual({ status: 403, code: "foreign_origin" });
    expect(await decisions(run)).toEqual([]);
  });

  test.each([
    "",
    ".agree",
    ".agree.0",
    ".agree.2",
    ".agree.01",
    ".agree.1.1",
    ".nope.1",
    ".agree.1e1",
    ".AGREE.1",
    "%2eagree%2e2",
  ])("of %s is 404", async (rest) => {
    const run = await start("High");
    const answer = await as(api, boss, "POST", `/approvals/${run}${rest}/decision`, { body: { decision: "approve" } });
    expect(told(answer)).toEqual({ status: 404, code: "approval_not_found" });
  });

  test("that was not asked for yet is 404", async () => {
    const steps = [
      { id: "word", kind: "signal", signal: "Word" },
      ...approval({ approvers: { role: "viewer" } }).steps,
    ];
    await publish(api, { saga: "Early", steps });
    const { body } = await as(api, ada, "POST", "/sagas/Early/runs", { body: { data: {} } });
    expect(told(await approve(ben, body.id))).toEqual({ status: 404, code: "approval_not_found" });
    const other = await as(api, ben, "POST", `/approvals/${body.id}.word.1/decision`, {
      body: { decision: "approve" },
    });
    expect(told(other)).toEqual({ status: 404, code: "approval_not_found" });
  });
});
