import { z } from "zod";
import { eventAttributes, eventsTold, toldEvents } from "@/contract/events";
import {
  approvalPage,
  approvalQuery,
  decisionRequest,
  decisionResult,
  replies,
  repliesAccepted,
  signalRequest,
  signalResult,
} from "@/contract/messages";
import { limits } from "@/engine/limits";
import { decideApproval } from "../../approvals/decide-approval";
import { listApprovals } from "../../approvals/list-approvals";
import { signatureHeaders } from "../../auth/webhook-signature";
import { tellEvents } from "../../messages/accept-events";
import { acceptReplies } from "../../messages/accept-replies";
import { sendSignal } from "../../messages/send-signal";
import { serviceAnswering } from "../../messages/service-answering";
import { serviceTelling } from "../../messages/service-telling";
import { endpoint, signedEndpoint } from "../endpoint";
import { idempotencyKey } from "../idempotency-key";

const tag = "Messages";
const run = "01938f6e-5b7a-7c31-9a53-0b1f2d3c4e5f";
const event = { specversion: "1.0", id: "b3e1", source: "PaymentService", subject: run } as const;
const step = "process_payment";
const inBinaryMode =
  "In binary mode the body is the event's data as JSON, headers say the rest, and errors name the header. A signature covers no headers: what is signed comes structured (400 signed_in_binary_mode).";
const eventHeaders = [
  ...signatureHeaders.map((name) => ({ name, description: "Of Standard Webhooks, when signed." })),
  ...eventAttributes.map((name) => ({ name: `ce-${name}`, description: `The event's ${name}, in binary mode.` })),
];

export const messageEndpoints = [
  signedEndpoint({
    method: "post",
    path: "/replies",
    tag,
    summary: "Answer a call that was accepted with 202",
    about: `One CloudEvent, or up to 1,000: all are checked before any is taken. Where another request gets ahead after that (an id used meanwhile, a run archived meanwhile) the 4xx names the first that was not taken, and others of the list may have been: send the list again without it, and what was taken is a duplicate. Early, late and repeated replies are taken too; what they still change is the run's matter. Instead of a key, a service signs the body with its own secret (Standard Webhooks), and then answers for its own commands only.\n\n${inBinaryMode}`,
    role: "operator",
    signer: serviceAnswering,
    body: replies,
    format: "cloudevents",
    examples: {
      "A step is done": {
        ...event,
        type: "SagaStepCompleted",
        data: { saga_id: run, step_name: step, result: { payment_id: "p-17" } },
      },
      "A step failed, and is not tried again": {
        ...event,
        type: "SagaStepFailed",
        data: { step_name: step, error: "The card was declined" },
      },
      "A step failed for now": {
        ...event,
        type: "SagaStepFailed",
        data: { step_name: step, error: { code: "bank_away", message: "The bank does not answer", retryable: true } },
      },
      "Two undos at once, one of an item": [
        { ...event, type: "SagaCompensationCompleted", data: { step_name: step } },
        { ...event, id: "b3e2", type: "SagaCompensationCompleted", data: { step_name: "book_seats", item: 0 } },
      ],
    },
    reads: eventHeaders,
    answers: { 202: repliesAccepted },
    handle: async ({ deps, caller, body }) => ({ status: 202, body: await acceptReplies(deps, caller, body) }),
  }),
  signedEndpoint({
    method: "post",
    path: "/events",
    tag,
    summary: "Tell an event that choreographies listen to",
    about: `One CloudEvent, or up to 1,000: all are checked before any is taken. What shows only as they are taken (too_many_early, an id used meanwhile) is a 4xx that names the first that was not taken, and others of the list may have been: send the list again without it, and what was taken is a duplicate. Each goes to the run that it belongs to, begins one, or waits for the start of its run. 422 unknown_event: no published choreography knows the type; no_correlation: none finds out which run is meant. Instead of a key, a service signs the body with its own secret (Standard Webhooks), and then says only what it is the source of.\n\n${inBinaryMode}`,
    role: "operator",
    signer: serviceTelling,
    body: toldEvents,
    format: "cloudevents",
    limit: limits.largestBody,
    examples: {
      "An order came in": {
        ...{ specversion: "1.0", id: "order-4711", source: "OrderService", type: "OrderCreated" },
        data: { order_id: "4711", items: [{ sku: "lamp", quantity: 1 }], total_amount: 129 },
      },
      "Two at once": [
        {
          ...{ specversion: "1.0", id: "b3e1", source: "InventoryService", type: "InventoryReserved" },
          data: { order_id: "4711", reservation_id: "r-17" },
        },
        {
          ...{ specversion: "1.0", id: "b3e2", source: "InventoryService", type: "InventoryReserved" },
          data: { order_id: "4712", reservation_id: "r-18" },
        },
      ],
    },
    reads: eventHeaders,
    answers: { 202: eventsTold },
    handle: async ({ deps, caller, body }) => ({ status: 202, body: await tellEvents(deps, caller, body) }),
  }),
  endpoint({
    method: "post",
    path: "/signals",
    tag,
    summary: "Tell a run something that a step of it waits for",
    about:
      "To a run by its id, or to the only live run of a saga that has the business key. A signal that comes early is kept. 409 several_runs names the runs in ids.",
    role: "operator",
    body: signalRequest,
    examples: {
      "By business key": {
        signal: "PaymentReceived",
        saga: "OrderFulfillment",
        businessKey: "4711",
        data: { amount: 259 },
      },
      "By run": { signal: "PaymentReceived", run, data: { amount: 259 } },
    },
    reads: [idempotencyKey],
    answers: { 200: signalResult, 202: signalResult },
    async handle({ deps, actor, body, headers }) {
      const { decided, body: answer } = await sendSignal(deps, actor, body, headers);
      return { status: decided ? 200 : 202, body: answer };
    },
  }),
  endpoint({
    method: "get",
    path: "/approvals",
    tag,
    summary: "List the decisions that people are asked for, the oldest run's first",
    about:
      "mine=true lists those that whoever asks may decide; a page of them may be short, or empty, and still have a next.",
    role: "viewer",
    query: approvalQuery,
    answers: { 200: approvalPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listApprovals(deps, actor, query) }),
  }),
  endpoint({
    method: "post",
    path: "/approvals/{id}/decision",
    tag,
    summary: "Approve or reject",
    about:
      "For those whom the step names: a role or people. Where it asks for four eyes, for none of those behind the run's start or who changed its input (409 four_eyes). A key decides for the person who made it.",
    role: "viewer",
    params: z.object({ id: z.string().max(300) }),
    body: decisionRequest,
    examples: {
      Approve: { decision: "approve", form: { limit: 500 }, comment: "Known customer" },
      Reject: { decision: "reject", comment: "No budget left" },
    },
    reads: [idempotencyKey],
    answers: { 200: decisionResult, 202: decisionResult },
    async handle({ deps, actor, params, body, headers }) {
      const { decided, body: answer } = await decideApproval(deps, actor, { id: params.id, wanted: body, headers });
      return { status: decided ? 200 : 202, body: answer };
    },
  }),
];
