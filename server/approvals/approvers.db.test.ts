import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApprovalView, approvalPage } from "@/contract/messages";
import { type Answer, startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { as, holding, keyOf, type Person, type Somebody, somebody } from "../testing/somebody";
import { publish, runWhen, stepOf } from "../testing/with-sagas";

let api: TestApi;
let ada: Person;
let ben: Person;
let boss: Somebody;

const approval = (more: object) => ({ steps: [{ id: "agree", kind: "approval", ...more }] });

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  ada = await somebody(api, "operator");
  ben = await somebody(api, "operator");
  boss = holding(api, "admin");
  await publish(api, { saga: "Named", ...approval({ approvers: { users: [ada.email.toUpperCase()] } }) });
  await publish(api, { saga: "Eyes", ...approval({ approvers: { role: "operator" }, fourEyes: true }) });
  await publish(api, { saga: "High", ...approval({ approvers: { role: "designer" }, onFailure: "hold" }) });
});
afterAll(() => api.stop());

async function start(saga: string, who: Somebody = ada): Promise<string> {
  const { body } = await as(api, who, "POST", `/sagas/${saga}/runs`, { body: { data: {} } });
  await runWhen(api, body.id, (run) => stepOf(run, "agree").waiting !== null);
  return body.id;
}
const decide = (who: Somebody, run: string, body: object) =>
  as(api, who, "POST", `/approvals/${run}.agree.1/decision`, { body });
const approve = (who: Somebody, run: string) => decide(who, run, { decision: "approve" });
const listed = async (who: Somebody, run: string, query = ""): Promise<ApprovalView | undefined> =>
  approvalPage.parse((await as(api, who, "GET", `/approvals?run=${run}${query}`)).body).items[0];
const operate = (who: Somebody, run: string, operation: object, path = "operations") =>
  as(api, who, "POST", `/runs/${run}/${path}`, { body: { reason: "a test", ...operation } });
const told = ({ status, body }: Answer) => ({ status, code: body.code });

describe("who may decide", () => {
  test("by role: that one or a higher, as it is when they decide", async () => {
    const run = await start("High");
    expect(await listed(ada, run)).toMatchObject({ mayDecide: false, whyNot: expect.stringContaining("designer") });
    const refused = await approve(ada, run);
    expect(refused.body).toMatchObject({
      status: 403,
      code: "not_an_approver",
      detail: expect.stringContaining("designer"),
    });
    const dora = await somebody(api, "designer");
    expect((await listed(dora, run))?.mayDecide).toBe(true);
    await api.db.pool.query(`update "user" set role = 'viewer' where id = $1`, [dora.id]);
    expect(told(await approve(dora, run))).toEqual({ status: 403, code: "not_an_approver" });
    expect(told(await approve(holding(api, "designer"), run)).status).toBe(200);
  });

  test("by name: in any case, by session or by their own key, and nobody else whatever their role", async () => {
    const run = await start("Named");
    for (const who of [ben, await somebody(api, "admin"), boss, await keyOf(api, ben, "admin")]) {
      expect(told(await approve(who, run))).toEqual({ status: 403, code: "not_an_approver" });
      expect((await listed(who, run))?.whyNot).toContain(ada.email.toUpperCase());
    }
    const key = await keyOf(api, ada, "viewer");
    expect((await listed(key, run))?.mayDecide).toBe(true);
    expect((await approve(key, run)).status).toBe(200);
    expect((await approve(ada, await start("Named"))).status).toBe(200);
  });

  test("not by name through the key of somebody who was shut out", async () => {
    const cleo = await somebody(api, "operator");
    await publish(api, { saga: "Shut", ...approval({ approvers: { users: [cleo.email] } }) });
    const [run, key] = [await start("Shut"), await keyOf(api, cleo, "operator")];
    expect((await listed(key, run))?.mayDecide).toBe(true);
    await api.call("admin", "PATCH", `/people/${cleo.id}`, { body: { disabled: true } });
    expect((await listed(key, run))?.mayDecide).toBe(false);
    expect(told(await approve(key, run))).toEqual({ status: 403, code: "not_an_approver" });
  });
});

describe("four eyes", () => {
  test("are not those of whoever started the run, nor of their keys", async () => {
    const key = await keyOf(api, ada, "operator");
    for (const [starter, other] of [
      [ada, key],
      [key, ada],
    ] as const) {
      const run = await start("Eyes", starter);
      for (const who of [starter, other]) {
        expect(await listed(who, run)).toMatchObject({
          mayDecide: false,
          whyNot: expect.stringMatching(/another person/),
        });
        expect(told(await approve(who, run))).toEqual({ status: 409, code: "four_eyes" });
      }
      expect(await listed(ada, run, "&mine=true")).toBeUndefined();
      expect(await listed(ben, run, "&mine=true")).toMatchObject({ mayDecide: true });
      expect((await approve(ben, run)).status).toBe(200);
    }
  });

  test("are nobody's where nobody knows who started it, or who decides", async () => {
    const run = await start("Eyes", holding(api, "operator"));
    expect(await listed(ben, run)).toMatchObject({ mayDecide: false, whyNot: expect.stringMatching(/Nobody knows/) });
    expect(told(await approve(ben, run))).toEqual({ status: 409, code: "starter_unknown" });
    expect(told(await approve(boss, await start("Eyes")))).toEqual({ status: 409, code: "four_eyes" });
  });

  test("see through a run that was started again: who used the data before is behind it still", async () => {
    const run = await start("Eyes");
    await operate(ben, run, { operation: "terminate" });
    const { body } = await operate(ben, run, { operation: "startAgain" });
    await runWhen(api, body.started, (view) => stepOf(view, "agree").waiting !== null);
    for (const who of [ada, ben])
      expect(told(await approve(who, body.started))).toEqual({ status: 409, code: "four_eyes" });
    expect((await approve(await somebody(api, "operator"), body.started)).status).toBe(200);
  });
});

describe("an operation in place of a decision", () => {
  test("is for those who may decide", async () => {
    const run = await start("High");
    for (const operation of [
      { operation: "skip", step: "agree" },
      { operation: "complete", step: "agree", result: {} },
      { operation: "retry", step: "agree" },
    ])
      for (const path of ["operations", "operations/plan"])
        expect(told(await operate(ada, run, operation, path))).toEqual({ status: 403, code: "not_an_approver" });
    const unnamed = await operate(ada, run, { operation: "skip" });
    expect(unnamed.body).toMatchObject({ status: 422, code: "step_required", path: "/step" });
    expect((await operate(await somebody(api, "designer"), run, { operation: "skip", step: "agree" })).status).toBe(
      200,
    );
  });

  test("asks for four eyes as well, and its plan says so", async () => {
    const run = await start("Eyes");
    const skip = { operation: "skip", step: "agree" };
    for (const path of ["operations", "operations/plan"])
      expect(told(await operate(ada, run, skip, path))).toEqual({ status: 409, code: "four_eyes" });
    for (const path of ["operations/plan", "operations"])
      expect((await operate(ben, run, skip, path)).status).toBe(200);
  });

  test("asks again after a rejection that was held", async () => {
    const run = await start("High");
    await decide(boss, run, { decision: "reject" });
    await runWhen(api, run, (view) => view.attention.length > 0);
    expect((await operate(boss, run, { operation: "retry", step: "agree" })).status).toBe(200);
    await runWhen(api, run, (view) => stepOf(view, "agree").waiting !== null);
    expect((await listed(ada, run))?.id).toBe(`${run}.agree.2`);
    expect(told(await approve(boss, run))).toEqual({ status: 409, code: "already_decided" });
    const again = await as(api, boss, "POST", `/approvals/${run}.agree.2/decision`, { body: { decision: "approve" } });
    expect(again.status).toBe(200);
  });
});
