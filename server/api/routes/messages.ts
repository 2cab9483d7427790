import { replies, repliesAccepted } from "@/contract/messages";
import { signatureHeaders } from "../../auth/webhook-signature";
import { acceptReplies } from "../../messages/accept-replies";
import { serviceAnswering } from "../../messages/service-answering";
import { signedEndpoint } from "../endpoint";

const tag = "Messages";
const run = "01938f6e-5b7a-7c31-9a53-0b1f2d3c4e5f";
const event = { specversion: "1.0", id: "b3e1", source: "PaymentService", subject: run } as const;
const step = "process_payment";

export const messageEndpoints = [
  signedEndpoint({
    method: "post",
    path: "/replies",
    tag,
    summary: "Answer a call that was accepted with 202",
    about:
      "One CloudEvent, or up to 1,000: all are taken, or none is. Early, late and repeated replies are taken too; what they still change is the run's matter. Instead of a key, a service signs the body with its own secret (Standard Webhooks), and then answers for its own commands only.",
    role: "operator",
    signer: serviceAnswering,
    body: replies,
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
    reads: signatureHeaders.map((name) => ({ name, description: "Of Standard Webhooks, when signed." })),
    answers: { 202: repliesAccepted },
    handle: async ({ deps, caller, body }) => ({ status: 202, body: await acceptReplies(deps, caller, body) }),
  }),
];
