import { expect, test } from "vitest";
import type { ServiceTransport } from "@/contract/services";
import { compile } from "@/engine/definition/compile";
import type { SagaDocument } from "@/engine/definition/document";
import { requestLine } from "./request-line";
import { starts, tell } from "./testing";

const document: SagaDocument = {
  saga: "Order",
  steps: [
    { id: "ship", action: "Shipping.Ship", compensation: "Shipping.Recall" },
    {
      id: "seats",
      class: "irreversible",
      action: { command: "Rail.Book", http: { method: "PUT", path: "/trains/${data.train}" } },
    },
  ],
};
const saga = compile(document, 1);
const told = tell(saga, starts({ train: 7 }));
const moment = { saga, document, ...told, now: 0, replaying: false };

const lineOf = (index: number, transport: ServiceTransport | null, part: "action" | "compensation" = "action") => {
  const spec = saga.steps[index];
  if (!spec) throw new Error("There is a step");
  const { name, text } = requestLine(moment, { spec, item: null, part }, transport);
  return `${name}: ${text}`;
};
const http = { kind: "http", url: "http://shop.example", allowPrivateNetwork: false } as const;

test("over HTTP a command is a request, with the path that the step says", () => {
  expect(lineOf(0, http, "compensation")).toBe("Request: POST /Recall");
  expect(lineOf(1, http)).toBe("Request: PUT /trains/7");
});

test("in another way it is what it is called there, whatever the step says of HTTP", () => {
  expect(lineOf(0, { kind: "queue" })).toBe("Queue: Ship, put in the queue of Shipping");
  expect(lineOf(0, { kind: "nats", broker: "main" })).toBe("Subject: saga.commands.Shipping.Ship");
  expect(lineOf(1, { kind: "amqp", broker: "main" })).toBe("Routing key: Rail.Book");
});

test("of a service that is not registered only the command is known", () => {
  expect(lineOf(1, null)).toBe("Command: Rail.Book");
});
