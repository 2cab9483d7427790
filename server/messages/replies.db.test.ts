import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { repliesAccepted } from "@/contract/messages";
import type { RunView } from "@/contract/runs";
import { startTestApi, type TestApi } from "../testing/api";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";

let api: TestApi;
let run: string;
const services = createScriptedTransport();

const half = (command: string) => ({ command, retry: { attempts: 2, initial: "PT0.01S" } });
const later = {
  saga: "Later",
  input: { type: "object" },
  steps: [
    { id: "book", action: half("HotelService.Book"), compensation: half("HotelService.Cancel") },
    { id: "pay", class: "irreversible", action: half("BankService.Pay") },
    { id: "nap", kind: "wait", for: "P1D" },
  ],
};

beforeAll(async () => {
  api = await startTestApi({ transport: services });
  await publish(api, later);
  await publish(api, {
    saga: "Seats",
    steps: [{ id: "seat", kind: "forEach", items: "${[1, 2]}", as: "n", concurrency: 2, action: "HotelService.Seat" }],
  });
});
afterAll(() => api.stop());
beforeEach(async () => {
  services.script.clear();
  for (const each of ["HotelService.Book", "HotelService.Cancel", "HotelService.Seat", "BankService.Pay"])
    services.script.set(each, "accepted");
  run = await start("Later");
});

async function start(saga: string): Promise<string> {
  const { body } = await api.call("operator", "POST", `/sagas/${saga}/runs`, { body: { data: {} } });
  return body.id;
}

const isTaken = (work: { action: { open: { accepted: boolean } | null } }) => work.action.open?.accepted === true;
const when = (id: string, status: string) => runWhen(api, run, (view) => stepOf(view, id).status === status);
const taken = (id: string) => runWhen(api, run, (view) => isTaken(stepOf(view, id)));

type Changes = { readonly data?: object; readonly [field: string]: unknown };
const completed = ({ data = {}, ...more }: Changes = {}) => ({
  ...{ specversion: "1.0", id: newId(), source: "tests", type: "SagaStepCompleted", subject: run, ...more },
  data: { step_name: "book", ...data },
});
const failed = (error: unknown, more: Changes = {}) =>
  completed({ type: "SagaStepFailed", ...more, data: { ...more.data, error } });
const send = (body: unknown) => api.call("operator", "POST", "/replies", { body });
const entries = async () => (await api.call("viewer", "GET", `/runs/${run}/events`)).body.events;
/** Each reply that was ever taken leaves its key. */
const takenSoFar = async () => {
  const { rows } = await api.db.pool.query("select count(*)::int as n from saga_dedupe where key like 'reply:%'");
  return rows[0].n as number;
};

describe("a reply", () => {
  test("completes a step that was accepted with 202", async () => {
    await taken("book");
    const sent = completed({ data: { result: { reservation: "r-1" }, saga_id: run } });
    const { status, body } = await send(sent);
    expect(status).toBe(202);
    expect(repliesAccepted.parse(body)).toEqual({ accepted: 1, results: [{ id: sent.id, status: "accepted" }] });
    expect(stepOf(await when("book", "completed"), "book").result).toEqual({ reservation: "r-1" });
  });

  test("names its run in the subject or in the data, in any case", async () => {
    await taken("book");
    const { status } = await send(completed({ subject: undefined, data: { saga_id: run.toUpperCase() } }));
    expect(status).toBe(202);
    await when("book", "completed");
  });

  test("with an error as text is a failure that is not tried again", async () => {
    await taken("book");
    expect((await send(failed("No room left"))).status).toBe(202);
    const view = await runWhen(api, run, (each) => each.state === "failed");
    expect(stepOf(view, "book")).toMatchObject({
      status: "failed",
      attempts: 1,
      effect: "none",
      error: { code: "failed", message: "No room left" },
    });
  });

  test("with a retryable error is tried again, and leaves nothing unknown when it is spent", async () => {
    await taken("book");
    await send(failed({ code: "busy", message: "Later", retryable: true, detail: { queue: 7 } }));
    await runWhen(
      api,
      run,
      (view) => stepOf(view, "book").attempts === 2 && stepOf(view, "book").action.open?.accepted,
    );
    await send(failed({ code: "busy", message: "x".repeat(5_000), retryable: true }, { data: { attempt: 2 } }));
    const view = await runWhen(api, run, (each) => each.state === "failed");
    expect(view).toMatchObject({ rollback: "nothing_to_undo" });
    expect(stepOf(view, "book")).toMatchObject({ effect: "none", error: { code: "busy", message: "x".repeat(2_000) } });
  });

  test.each(["action", "undo"])("that asks an %s to wait is obeyed, as Retry-After is", async (asked) => {
    const error = { code: "closed", message: "Come back", retryable: true, retryAfterMs: 600_000 };
    const sentAt = Date.now();
    await taken("book");
    if (asked === "action") await send(failed(error));
    else {
      await send(completed());
      await taken("pay");
      await send(failed("No money", { data: { step_name: "pay" } }));
      await runWhen(api, run, (view) => stepOf(view, "book").undo.open?.accepted === true);
      await send(failed(error, { type: "SagaCompensationFailed" }));
    }
    const halfOf = (view: RunView) => stepOf(view, "book")[asked === "action" ? "action" : "undo"];
    const { retryAt } = halfOf(await runWhen(api, run, (view) => halfOf(view).retryAt !== null));
    expect(Date.parse(retryAt ?? "")).toBeGreaterThanOrEqual(sentAt + 600_000);
  });

  test("to an undo ends the unwind", async () => {
    await taken("book");
    await send(completed());
    await taken("pay");
    await send(failed("No money", { data: { step_name: "pay" } }));
    await runWhen(api, run, (view) => stepOf(view, "book").undo.open?.accepted === true);
    const undone = completed({ type: "SagaCompensationCompleted", data: { result: { cancelled: true } } });
    expect((await send(undone)).status).toBe(202);
    expect(await runWhen(api, run, (view) => view.state === "failed")).toMatchObject({ rollback: "clean" });
  });

  test("to an item of a step for each is that item's; one that is not there changes nothing", async () => {
    run = await start("Seats");
    await runWhen(api, run, (view) => stepOf(view, "seat").items?.every(isTaken));
    const seat = (item: number) => completed({ data: { step_name: "seat", item, result: { seat: item } } });
    expect((await send([seat(7), seat(1), seat(0)])).body.accepted).toBe(3);
    expect(stepOf(await when("seat", "completed"), "seat").result).toEqual([{ seat: 0 }, { seat: 1 }]);
    expect(await entries()).toContainEqual(expect.objectContaining({ type: "ReplyIgnored", why: "no_such_item" }));
  });

  test("that is early or late is taken, and its run says what it means", async () => {
    await taken("book");
    expect((await send(completed({ data: { step_name: "pay" } }))).status).toBe(202);
    await expect.poll(async () => (await entries()).map((each: { why?: string }) => each.why)).toContain("not_called");
    await api.call("operator", "POST", `/runs/${run}/operations`, {
      body: { operation: "terminate", reason: "a test" },
    });
    expect((await send(completed())).status).toBe(202);
    await runWhen(api, run, (view) => view.attention.some((each: { reason: string }) => each.reason === "late_effect"));
  });
});

describe("the same reply again", () => {
  test("counts once, twenty times at the same moment", async () => {
    await taken("book");
    const sent = completed();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(sent)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const statuses = answers.map(({ body }) => body.results[0].status);
    expect(statuses.filter((each) => each === "accepted")).toHaveLength(1);
    await when("book", "completed");
    const completions = (await entries()).filter((each: { type: string }) => each.type === "StepCompleted");
    expect(completions).toHaveLength(1);
  });

  test("may be stamped with another time and trace", async () => {
    const sent = completed();
    await send({ ...sent, time: "2026-11-25T10:00:00Z", traceparent: "00-a" });
    const again = await send({ ...sent, time: "2026-11-25T10:00:09Z", traceparent: "00-b" });
    expect(again).toMatchObject({ status: 202, body: { accepted: 0, results: [{ status: "duplicate" }] } });
  });

  test("in one body is one; with another meaning nothing of the body is taken", async () => {
    const sent = completed();
    expect((await send([sent, sent])).body).toMatchObject({
      accepted: 1,
      results: [{ status: "accepted" }, { status: "duplicate" }],
    });
    const before = await takenSoFar();
    const other = { ...sent, data: { ...sent.data, result: 1 } };
    expect((await send(other)).body).toMatchObject({ status: 409, code: "event_reused", path: "/id" });
    expect((await send([completed(), other])).body).toMatchObject({ status: 409, code: "event_reused", path: "/1/id" });
    const fresh = completed();
    const twice = [fresh, { ...fresh, type: "SagaStepFailed", data: { step_name: "book", error: "x" } }];
    expect((await send(twice)).body).toMatchObject({ status: 409, code: "event_reused", path: "/1/id" });
    expect(await takenSoFar()).toBe(before);
  });
});

describe("what fits no run, and nothing is taken with it", () => {
  const nowhere = "01900000-0000-7000-8000-000000000000";
  test.each<[number, string, string, () => unknown]>([
    [404, "run_not_found", "/subject", () => completed({ subject: nowhere })],
    [404, "run_not_found", "/subject", () => completed({ subject: "not a run" })],
    [404, "run_not_found", "/data/saga_id", () => completed({ subject: undefined, data: { saga_id: nowhere } })],
    [404, "run_not_found", "/1/subject", () => [completed(), completed({ subject: nowhere })]],
    [422, "run_required", "/subject", () => completed({ subject: undefined })],
    [422, "run_differs", "/0/data/saga_id", () => [completed({ data: { saga_id: nowhere } })]],
    [422, "step_not_found", "/data/step_name", () => completed({ data: { step_name: "nope" } })],
    [422, "step_takes_no_replies", "/data/step_name", () => completed({ data: { step_name: "nap" } })],
    [
      422,
      "no_compensation",
      "/type",
      () => completed({ type: "SagaCompensationCompleted", data: { step_name: "pay" } }),
    ],
    [422, "error_with_success", "/data/error", () => completed({ data: { error: "x" } })],
    [422, "error_required", "/data/error", () => failed(undefined)],
    [422, "error_required", "/data/error", () => failed(null)],
    [422, "result_with_failure", "/data/result", () => failed("x", { data: { result: 1 } })],
    [400, "invalid_request", "/type", () => completed({ type: "SagaStepCompleted " })],
    [400, "invalid_request", "/1/type", () => [completed(), completed({ type: "completed" })]],
    [400, "invalid_request", "/id", () => completed({ id: "" })],
    [400, "invalid_request", "/id", () => completed({ id: "x".repeat(256) })],
    [400, "invalid_request", "/specversion", () => completed({ specversion: "0.3" })],
    [400, "invalid_request", "/data/attempt", () => completed({ data: { attempt: 0 } })],
    [400, "invalid_request", "/data/item", () => completed({ data: { item: -1 } })],
    [400, "invalid_request", "/data/generation", () => completed({ data: { generation: 1.5 } })],
    [400, "invalid_request", "/data/step_name", () => completed({ data: { step_name: { not: "" } } })],
    [400, "invalid_request", "/data/error", () => failed(7)],
    [400, "invalid_request", "", () => []],
    [400, "invalid_request", "", () => null],
    [400, "nul_character", "/data/result", () => completed({ data: { result: "\0" } })],
  ])("%i %s at %s", async (status, code, path, body) => {
    const before = await takenSoFar();
    expect((await send(body())).body).toMatchObject({ status, code, path });
    expect(await takenSoFar()).toBe(before);
  });

  test("a result whose keys would change objects, and one that is too large", async () => {
    const text = JSON.stringify(completed({ data: { result: {} } })).replace("{}", '{"__proto__":{"a":1}}');
    const refused = await api.call("operator", "POST", "/replies", { text });
    expect(refused.body).toMatchObject({ status: 400, code: "forbidden_key", path: "/data/result" });
    expect((await send(completed({ data: { result: "x".repeat(300_000) } }))).body.code).toBe("body_too_large");
    const many = Array.from({ length: 1_001 }, () => 0);
    expect((await send(many)).status).toBe(400);
  });
});
