import { z } from "zod";
import { api } from "@/contract/paths";
import {
  operationPlan,
  operationRequest,
  operationResult,
  runCounts,
  runEvents,
  runEventsQuery,
  runPage,
  runQuery,
  runView,
  started,
  startRuns,
} from "@/contract/runs";
import { listRuns } from "../../runs/list-runs";
import { operateRun, planOperation } from "../../runs/operate";
import { readCounts, readEvents, readRun } from "../../runs/read-run";
import { startRunsOf } from "../../runs/start-runs";
import { endpoint } from "../endpoint";
import { idempotencyKey } from "../idempotency-key";

const id = z.object({ id: z.string().max(300) });
const tag = "Runs";

export const runEndpoints = [
  endpoint({
    method: "post",
    path: "/sagas/{type}/runs",
    tag,
    summary: "Start a run, or a batch of runs",
    role: "operator",
    params: z.object({ type: z.string().max(300) }),
    body: startRuns,
    reads: [idempotencyKey],
    answers: { 202: started },
    async handle({ deps, actor, params, body, headers }) {
      const answer = await startRunsOf(deps, actor, { saga: params.type, wanted: body, headers });
      return { status: 202, body: answer, headers: { location: `${api}/runs/${answer.id}` } };
    },
  }),
  endpoint({
    method: "get",
    path: "/runs",
    tag,
    summary: "List runs; archived ones are not among them",
    role: "viewer",
    query: runQuery,
    answers: { 200: runPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listRuns(deps, actor, query) }),
  }),
  endpoint({
    method: "get",
    path: "/runs/counts",
    tag,
    summary: "Count runs by state; ended ones among the newest",
    role: "viewer",
    answers: { 200: runCounts },
    handle: async ({ deps, actor }) => ({ status: 200, body: await readCounts(deps, actor) }),
  }),
  endpoint({
    method: "get",
    path: "/runs/{id}",
    tag,
    summary: "A run as it is now",
    role: "viewer",
    params: id,
    answers: { 200: runView },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await readRun(deps, actor, params.id) }),
  }),
  endpoint({
    method: "get",
    path: "/runs/{id}/events",
    tag,
    summary: "A run's log",
    role: "viewer",
    params: id,
    query: runEventsQuery,
    answers: { 200: runEvents },
    handle: async ({ deps, actor, params, query }) => ({
      status: 200,
      body: await readEvents(deps, actor, params.id, query),
    }),
  }),
  endpoint({
    method: "post",
    path: "/runs/{id}/operations",
    tag,
    summary: "Operate on a run",
    about:
      "A person's own decisions ask for more: retry, skip and complete of an approval are for its approvers, and a run that is the step of a live one is unwound, cancelled, terminated and retried there (409 parent_live). startAgain answers the new run's id in started.",
    role: "operator",
    params: id,
    body: operationRequest,
    examples: {
      "Retry a failed undo": { operation: "retryCompensation", step: "process_payment", reason: "The bank is back" },
      "Retry one item with another input": {
        operation: "retry",
        step: "book_seats",
        item: 2,
        input: { seat: "12C" },
        reason: "12B is taken",
      },
      "Undo down to a step, and leave an undo out": {
        operation: "compensate",
        downTo: "reserve_inventory",
        leaveOut: [{ step: "send_mail", reason: "It was read already" }],
        reason: "The customer called",
      },
      "Start an ended run again": { operation: "startAgain", reason: "The warehouse is open again" },
    },
    reads: [idempotencyKey],
    answers: { 200: operationResult, 202: operationResult },
    async handle({ deps, actor, params, body, headers }) {
      const { decided, body: answer } = await operateRun(deps, actor, params.id, body, headers);
      return { status: decided ? 200 : 202, body: answer };
    },
  }),
  planAt("/runs/{id}/operations/plan"),
  planAt("/runs/{id}/plan"),
];

/** One question under two addresses: beside the operations, and short. */
function planAt(path: string) {
  return endpoint({
    method: "post",
    path,
    tag,
    summary: "What an operation would do",
    role: "operator",
    params: id,
    body: operationRequest,
    answers: { 200: operationPlan },
    handle: async ({ deps, actor, params, body }) => ({
      status: 200,
      body: await planOperation(deps, actor, params.id, body),
    }),
  });
}
