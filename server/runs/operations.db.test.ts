import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operationPlan, operationResult, runPage, runView } from "@/contract/runs";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport, declined } from "../testing/scripted-transport";
import { as, somebody } from "../testing/somebody";
import { publish, runWhen, stepOf } from "../testing/with-sagas";

let api: TestApi;
const services = createScriptedTransport();

const half = (command: string) => ({ command: `ShopService.${command}`, retry: { attempts: 1 } });
const undoable = (id: string, name: string) => ({ id, action: half(name), compensation: half(`Un${name}`) });

beforeAll(async () => {
  api = await startTestApi({ transport: services });
  await publish(api, { ...orderSaga(), businessKeyUnique: true });
  await publish(api, { saga: "Long", steps: ["A", "B", "C"].map((name) => undoable(name.toLowerCase(), name)) });
  const items = { items: "${[1, 2]}", as: "n", concurrency: 2, action: half("Pick"), compensation: half("PutBack") };
  await publish(api, { saga: "Each", steps: [{ id: "pick", kind: "forEach", onFailure: "hold", ...items }] });
  const nap = { id: "nap", kind: "wait", for: "P1D" };
  await publish(api, { saga: "Child", steps: [undoable("a", "A"), { ...undoable("b", "B"), onFailure: "hold" }, nap] });
  await publish(api, { saga: "Parent", steps: [{ id: "child", kind: "saga", saga: "Child" }] });
});
afterAll(() => api.stop());
beforeEach(() => services.script.clear());

const start = async (saga: string, data: object = {}): Promise<string> =>
  (await api.call("operator", "POST", `/sagas/${saga}/runs`, { body: { data } })).body.id;
const operate = (run: string, body: object, headers = {}) =>
  api.call("operator", "POST", `/runs/${run}/operations`, { body: { reason: "a test", ...body }, headers });
const plan = (run: string, body: object) => api.call("operator", "POST", `/runs/${run}/plan`, { body });
const isEnded = (run: { state: string }) => run.state === "completed" || run.state === "failed";
const needsSomebody = (run: { attention: unknown[] }) => run.attention.length > 0;
const accepted = async (run: string, operation: string) =>
  (await api.call("viewer", "GET", `/runs/${run}/events`)).body.events.filter(
    (each: { type: string; operation?: { operation: string } }) =>
      each.type === "OperationAccepted" && each.operation?.operation === operation,
  );

describe("what an operation names", () => {
  test("one item of a step for each", async () => {
    services.script.set("ShopService.Pick", declined);
    const run = await start("Each");
    await runWhen(api, run, (view) =>
      stepOf(view, "pick").items?.every((item: { status: string }) => item.status === "failed"),
    );
    services.script.clear();
    expect((await operate(run, { operation: "retry", step: "pick", item: 9 })).body.code).toBe("unknown_item");
    expect((await operate(run, { operation: "retry", step: "pick", item: 1 })).status).toBe(200);
    const view = await runWhen(api, run, (each) => stepOf(each, "pick").items[1].status === "completed");
    expect(stepOf(view, "pick").items[0].status).toBe("failed");
  });

  test("the step at which an unwind stops, and later goes on", async () => {
    const run = await start("Long");
    await runWhen(api, run, isEnded);
    const down = { operation: "compensate", downTo: "a" };
    expect(operationPlan.parse((await plan(run, down)).body).undos.map(({ step }) => step)).toEqual(["c", "b"]);
    expect((await operate(run, down)).status).toBe(200);
    const view = await runWhen(api, run, needsSomebody);
    expect(view).toMatchObject({ state: "compensating", downTo: "a", attention: [{ reason: "unwind_stopped" }] });
    const nowhere = await operate(run, { operation: "compensate", downTo: "nope" });
    expect(nowhere.body).toMatchObject({ status: 404, code: "step_not_found", path: "/downTo" });
    expect((await operate(run, { operation: "compensate" })).status).toBe(200);
    expect(await runWhen(api, run, isEnded)).toMatchObject({ rollback: "clean" });
  });

  test("undos that are left out, each with a reason", async () => {
    const run = await start("Long");
    await runWhen(api, run, isEnded);
    const silent = await operate(run, { operation: "compensate", leaveOut: [{ step: "b", reason: " " }] });
    expect(silent.body).toMatchObject({ status: 400, path: "/leaveOut/0/reason" });
    const unknown = await operate(run, { operation: "compensate", leaveOut: [{ step: "nope", reason: "x" }] });
    expect(unknown.body).toMatchObject({ status: 404, path: "/leaveOut/0/step" });
    await operate(run, { operation: "compensate", leaveOut: [{ step: "b", reason: "It was eaten" }] });
    const view = await runWhen(api, run, isEnded);
    expect(view).toMatchObject({ state: "failed", rollback: "incomplete" });
    expect(stepOf(view, "b")).toMatchObject({ status: "completed", leftOut: "It was eaten" });
  });
});

describe("startAgain", () => {
  const again = { operation: "startAgain" };

  /** A run that ended because its payment was declined. */
  async function failedOrder(order: string): Promise<string> {
    services.script.set("PayService.Charge", declined);
    const run = await start("Order", { order_id: order, amount: 5 });
    await runWhen(api, run, isEnded);
    services.script.clear();
    return run;
  }

  test("starts a run of the latest version with the same data, and both say so", async () => {
    const before = await failedOrder("again-1");
    await publish(api, { ...orderSaga(), businessKeyUnique: true, title: "A newer order" });
    const { status, body } = await operate(before, again);
    expect(status).toBe(200);
    const { started, run } = operationResult.parse(body);
    expect(run.id).toBe(before);
    expect(await accepted(before, "startAgain")).toMatchObject([{ operation: { result: { run: started } } }]);
    const view = runView.parse(await runWhen(api, started ?? "", isEnded));
    expect(view).toMatchObject({
      ...{ state: "completed", version: 2, restartOf: before, businessKey: "again-1", startedBy: "key:operator" },
      data: { order_id: "again-1", amount: 5 },
    });
    const listed = runPage.parse((await api.call("viewer", "GET", `/runs?q=${started}`)).body);
    expect(listed.items).toMatchObject([{ id: started, restartOf: before }]);
  });

  test("takes other data, checked like any start's", async () => {
    const before = await failedOrder("again-2");
    const wrong = await operate(before, { ...again, input: { order_id: "again-2", amount: -1 } });
    expect(wrong.body).toMatchObject({ status: 422, code: "invalid_data", path: "/input/amount" });
    expect(await accepted(before, "startAgain")).toEqual([]);
    const { body } = await operate(before, { ...again, input: { order_id: "again-2", amount: 7 } });
    expect(await runWhen(api, body.started, isEnded)).toMatchObject({ exposure: 7 });
  });

  test("wants an ended run, an up-to-date plan, a reason and a free business key", async () => {
    services.script.set("PayService.Charge", "accepted");
    const live = await start("Order", { order_id: "again-3" });
    expect((await operate(live, again)).body).toMatchObject({ status: 409, code: "run_live" });
    expect((await plan(live, again)).body).toMatchObject({ status: 409, code: "run_live" });
    expect((await operate(live, { ...again, reason: "" })).body.path).toBe("/reason");
    const before = await failedOrder("again-4");
    expect((await operate(before, { ...again, seq: 1 })).body).toMatchObject({ status: 409, code: "stale_plan" });
    const taken = await operate(before, { ...again, input: { order_id: "again-3" } });
    expect(taken.body).toMatchObject({ status: 409, code: "business_key_taken" });
    const { seq } = (await plan(before, again)).body;
    expect((await operate(before, { ...again, seq })).status).toBe(200);
  });

  test("with one Idempotency-Key starts one run, however often and late it is asked", async () => {
    const before = await failedOrder("again-5");
    const headers = { "idempotency-key": "again-5" };
    const { seq } = (await plan(before, again)).body;
    const answers = await Promise.all(Array.from({ length: 10 }, () => operate(before, { ...again, seq }, headers)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.started} ${body.seq}`)).size).toBe(1);
    await runWhen(api, answers[0]?.body.started, isEnded);
    await publish(api, { ...orderSaga(), businessKeyUnique: true, input: { type: "object", required: ["more"] } });
    expect((await operate(before, { ...again, seq }, headers)).body.started).toBe(answers[0]?.body.started);
    const { rows } = await api.db.pool.query("select id from saga_run where restart_of = $1", [before]);
    expect(rows).toHaveLength(1);
    expect(await accepted(before, "startAgain")).toHaveLength(1);
    expect((await operate(before, { ...again, reason: "other" }, headers)).body.code).toBe("key_reused");
    await publish(api, { ...orderSaga(), businessKeyUnique: true, title: "As it was" });
  });

  test("starts nothing with a key that was used for another operation", async () => {
    const before = await failedOrder("again-6");
    const headers = { "idempotency-key": "again-6" };
    await operate(before, { operation: "note", reason: "seen" }, headers);
    expect((await operate(before, again, headers)).body).toMatchObject({ status: 409, code: "key_reused" });
    const { rows } = await api.db.pool.query("select id from saga_run where restart_of = $1", [before]);
    expect(rows).toEqual([]);
  });
});

describe("a run that is the step of another", () => {
  /** A child that holds because its second step was declined, under a parent that waits for it. */
  async function family(): Promise<{ parent: string; child: string }> {
    services.script.set("ShopService.B", declined);
    const parent = await start("Parent");
    const { steps } = await runWhen(api, parent, (view) => stepOf(view, "child").child !== null);
    await runWhen(api, steps[0].child, needsSomebody);
    services.script.clear();
    return { parent, child: steps[0].child };
  }

  test("is not ended alone while that lives; what is stuck in it may be repaired", async () => {
    const { parent, child } = await family();
    expect((await api.call("viewer", "GET", `/runs/${child}`)).body).toMatchObject({ parent, parentStep: "child" });
    for (const operation of ["compensate", "cancel", "terminate"])
      for (const ask of [operate, plan])
        expect((await ask(child, { operation })).body).toMatchObject({ status: 409, code: "parent_live" });
    expect((await plan(child, { operation: "skip", step: "b" })).status).toBe(200);
    expect((await operate(child, { operation: "retry", step: "b" })).status).toBe(200);
  });

  test("may have its undos repaired, and be ended once nobody is above it", async () => {
    const { parent, child } = await family();
    services.script.set("ShopService.UnA", declined);
    await operate(parent, { operation: "cancel" });
    await runWhen(api, child, (view) => stepOf(view, "a").status === "compensation_failed");
    expect((await operate(child, { operation: "terminate" })).body.code).toBe("parent_live");
    expect((await operate(child, { operation: "markCompensated", step: "a", evidence: "seen" })).status).toBe(200);
    await runWhen(api, parent, isEnded);
    await runWhen(api, child, isEnded);
    expect((await operate(child, { operation: "terminate" })).body).toMatchObject({ status: 409, code: "run_ended" });
  });
});

test("who asked for an operation is in the log as the person behind the key, if it changed an input", async () => {
  services.script.set("ShopService.B", declined);
  const run = await start("Child");
  await runWhen(api, run, needsSomebody);
  services.script.clear();
  const ada = await somebody(api, "operator");
  const body = { operation: "retry", step: "b", input: { edited: true }, reason: "a test" };
  expect((await as(api, ada, "POST", `/runs/${run}/operations`, { body })).status).toBe(200);
  expect(await accepted(run, "retry")).toMatchObject([{ actor: ada.email, person: ada.email }]);
});
