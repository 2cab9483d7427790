import { z } from "zod";
import {
  answered,
  claimed,
  claimRequest,
  completeRequest,
  failRequest,
  heartbeatRequest,
  heartbeatResult,
} from "@/contract/queues";
import { signatureHeaders } from "../../auth/webhook-signature";
import { claimWork, completeWork, failWork, keepWork } from "../../queues/work";
import { serviceNameShape } from "../../services/services";
import { type Signer, signedEndpoint } from "../endpoint";

const params = z.object({ service: z.string().regex(serviceNameShape) });
const signer: Signer = async (_, __, { service = null }) => service;
const shared = {
  method: "post",
  tag: "Queues",
  role: "operator",
  params,
  signer,
  reads: signatureHeaders.map((name) => ({ name, description: "Of Standard Webhooks, when signed." })),
} as const;
const item = { id: "01938f6e-5b7a-7c31-9a53-0b1f2d3c4e5f", lease: "6a6f2b52-9a5d-4b7e-8f0c-3f2f7d1c9b11" };
const who =
  "For the service itself, signed with its secret (Standard Webhooks) or by a key that is bound to it, and for operators.";

export const queueEndpoints = [
  signedEndpoint({
    ...shared,
    path: "/queues/{service}/claim",
    summary: "Fetch work",
    about: `${who} The oldest comes first. What is given is the caller's for 30 s, and from each heartbeat on again; then others are given it. 409 not_a_queue: the service is reached in another way.`,
    body: claimRequest,
    examples: { "Ten at most, waiting for the first": { max: 10, waitMs: 20_000 } },
    answers: { 200: claimed },
    handle: async ({ deps, caller, params, body, signal }) => ({
      status: 200,
      body: await claimWork(deps, caller, params.service, { ...body, signal: signal() }),
    }),
  }),
  signedEndpoint({
    ...shared,
    path: "/queues/{service}/complete",
    summary: "Say that work is done",
    about: `${who} Durable when it answers. The same again is taken for the same. 409 lease_lost: the work is somebody else's by now.`,
    body: completeRequest,
    examples: { "With a result": { ...item, result: { payment_id: "p-17" } } },
    answers: { 200: answered },
    handle: async ({ deps, caller, params, body }) => ({
      status: 200,
      body: await completeWork(deps, caller, params.service, body),
    }),
  }),
  signedEndpoint({
    ...shared,
    path: "/queues/{service}/fail",
    summary: "Say that work was not done",
    about: `${who} Either way there is no effect; with retryable the step's retry policy goes on.`,
    body: failRequest,
    examples: {
      "For good": { ...item, error: { code: "card_declined", message: "The card was declined" } },
      "For now": { ...item, error: { code: "bank_away", message: "The bank does not answer", retryable: true } },
    },
    answers: { 200: answered },
    handle: async ({ deps, caller, params, body }) => ({
      status: 200,
      body: await failWork(deps, caller, params.service, body),
    }),
  }),
  signedEndpoint({
    ...shared,
    path: "/queues/{service}/heartbeat",
    summary: "Keep work that takes longer",
    about: who,
    body: heartbeatRequest,
    examples: { "Still at it": item },
    answers: { 200: heartbeatResult },
    handle: async ({ deps, caller, params, body }) => ({
      status: 200,
      body: await keepWork(deps, caller, params.service, body),
    }),
  }),
];
