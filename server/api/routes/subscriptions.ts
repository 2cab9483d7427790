import { z } from "zod";
import { listQuery } from "@/contract/common";
import {
  changeSubscription as changeShape,
  createSubscription as createShape,
  deliveryPage,
  deliveryQuery,
  deliveryView,
  subscriptionPage,
  subscriptionSaved,
  subscriptionTested,
  subscriptionView,
} from "@/contract/subscriptions";
import { listDeliveries, redeliver } from "../../subscriptions/deliveries";
import {
  changeSubscription,
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  readSubscription,
  rotateSubscriptionSecret,
} from "../../subscriptions/subscriptions";
import { testSubscription } from "../../subscriptions/test-subscription";
import { endpoint } from "../endpoint";

const id = z.object({ id: z.string().max(300) });
const tag = "Subscriptions";

export const subscriptionEndpoints = [
  endpoint({
    method: "get",
    path: "/subscriptions",
    tag,
    summary: "List subscriptions",
    role: "viewer",
    query: listQuery,
    answers: { 200: subscriptionPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listSubscriptions(deps, actor, query) }),
  }),
  endpoint({
    method: "post",
    path: "/subscriptions",
    tag,
    summary: "Have events sent to a webhook or a broker",
    about: "A webhook's signing secret is answered this once. It is told of what happens from two seconds later on.",
    role: "admin",
    body: createShape,
    examples: {
      "How every order ended": {
        name: "CRM",
        target: { kind: "webhook", url: "https://crm.example.com/hooks/sagas" },
        sagas: ["OrderFulfillment"],
      },
      "Everything, over a broker": { name: "Warehouse", target: { kind: "broker", broker: "main" }, transitions: true },
    },
    answers: { 201: subscriptionSaved },
    handle: async ({ deps, actor, body }) => ({ status: 201, body: await createSubscription(deps, actor, body) }),
  }),
  endpoint({
    method: "get",
    path: "/subscriptions/{id}",
    tag,
    summary: "A subscription",
    role: "viewer",
    params: id,
    answers: { 200: subscriptionView },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await readSubscription(deps, actor, params.id) }),
  }),
  endpoint({
    method: "patch",
    path: "/subscriptions/{id}",
    tag,
    summary: "Change a subscription, or switch it on or off",
    role: "admin",
    params: id,
    body: changeShape,
    examples: { "Switch it off": { enabled: false } },
    answers: { 200: subscriptionSaved },
    handle: async ({ deps, actor, params, body }) => ({
      status: 200,
      body: await changeSubscription(deps, actor, params.id, body),
    }),
  }),
  endpoint({
    method: "delete",
    path: "/subscriptions/{id}",
    tag,
    summary: "Remove a subscription",
    role: "admin",
    params: id,
    answers: { 204: null },
    async handle({ deps, actor, params }) {
      await deleteSubscription(deps, actor, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    method: "post",
    path: "/subscriptions/{id}/secret",
    tag,
    summary: "Replace the signing secret of a webhook",
    role: "admin",
    params: id,
    answers: { 200: subscriptionSaved },
    handle: async ({ deps, actor, params }) => ({
      status: 200,
      body: await rotateSubscriptionSecret(deps, actor, params.id),
    }),
  }),
  endpoint({
    method: "post",
    path: "/subscriptions/{id}/test",
    tag,
    summary: "Send a test event now, and see what comes back",
    role: "admin",
    params: id,
    answers: { 200: subscriptionTested },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await testSubscription(deps, actor, params.id) }),
  }),
  endpoint({
    method: "get",
    path: "/subscriptions/{id}/deliveries",
    tag,
    summary: "What a subscription was sent, or is to be",
    role: "viewer",
    params: id,
    query: deliveryQuery,
    answers: { 200: deliveryPage },
    handle: async ({ deps, actor, params, query }) => ({
      status: 200,
      body: await listDeliveries(deps, actor, params.id, query),
    }),
  }),
  endpoint({
    method: "post",
    path: "/deliveries/{id}/redeliver",
    tag,
    summary: "Send a delivery again, under the same id",
    role: "admin",
    params: id,
    answers: { 200: deliveryView },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await redeliver(deps, actor, params.id) }),
  }),
];
