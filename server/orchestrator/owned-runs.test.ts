import { PassThrough } from "node:stream";
import { pino } from "pino";
import { expect, test } from "vitest";
import { compile, decide, type Transition } from "@/engine";
import { parseDefinition } from "@/engine/definition/parse";
import { limits } from "@/engine/limits";
import { systemClock } from "../clock";
import { OwnedRuns } from "./owned-runs";
import { orderSaga } from "./testing/fixtures";

test("the server's log says once that a run's log has grown long", () => {
  const stream = new PassThrough();
  const runs = new OwnedRuns({
    clock: systemClock,
    log: pino({ base: null }, stream),
    writer: { add: () => {} },
    perform: () => true,
    startChild: () => true,
    moved: () => {},
    told: () => {},
    wishes: () => [],
    posted: () => {},
    missed: () => {},
  });
  const parsed = parseDefinition(orderSaga);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const saga = compile(parsed.value, 1);
  const id = "01900000-0000-7000-8000-000000000000";
  const data = { order: "a", amount: 1 };
  const { state } = decide(saga, null, { type: "RunRequested", at: 1, run: id, data, actor: null });
  if (!state) throw new Error("It did not start");
  runs.begin(saga, { ...state, seq: limits.warnDecisions - 2 }, []);
  const run = runs.get(id);
  if (!run) throw new Error("It is not kept");
  const note: Transition = {
    type: "OperationRefused",
    id,
    operation: { operation: "note", reason: "" },
    code: "c",
    detail: "d",
  };
  const heard = () => String(stream.read() ?? "");
  runs.note(run, { actor: "a", transitions: [note] }, "1");
  expect([run.state.seq, heard()]).toEqual([limits.warnDecisions - 1, ""]);
  runs.note(run, { actor: "a", transitions: [note] }, "2");
  expect(JSON.parse(heard())).toMatchObject({ run: id, seq: limits.warnDecisions, level: 40 });
  runs.note(run, { actor: "a", transitions: [note] }, "3");
  expect([run.state.seq, heard()]).toEqual([limits.warnDecisions + 1, ""]);
  runs.stop();
});
