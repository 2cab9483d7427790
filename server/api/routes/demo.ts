import { z } from "zod";
import { changeDemoSwitch, demoOrder, demoShop, demoSwitch, placeDemoOrder } from "@/contract/demo";
import { flipSwitch, placeDemo, readDemo, resetDemo } from "../../demo/demo-shop";
import { endpoint } from "../endpoint";

const tag = "Demo shop";
const name = z.string().regex(/^[A-Za-z0-9]{1,80}$/);

export const demoEndpoints = [
  endpoint({
    method: "get",
    path: "/demo",
    tag,
    summary: "The demo shop as it stands",
    role: "viewer",
    answers: { 200: demoShop },
    handle: async ({ deps, actor }) => ({ status: 200, body: await readDemo(deps, actor) }),
  }),
  endpoint({
    method: "patch",
    path: "/demo/switches/{service}/{command}",
    tag,
    summary: "Make a demo command fail, or not",
    role: "operator",
    params: z.object({ service: name, command: name }),
    body: changeDemoSwitch,
    answers: { 200: demoSwitch },
    handle: async ({ deps, actor, params, body }) => ({
      status: 200,
      body: await flipSwitch(deps, actor, { ...params, change: body }),
    }),
  }),
  endpoint({
    method: "post",
    path: "/demo/orders",
    tag,
    summary: "Place an order that nobody directs",
    about: "The shop says OrderCreated on its bus; its services react to it and to each other.",
    role: "operator",
    body: placeDemoOrder,
    answers: { 200: demoOrder },
    handle: async ({ deps, actor, body }) => ({ status: 200, body: await placeDemo(deps, actor, body) }),
  }),
  endpoint({
    method: "post",
    path: "/demo/reset",
    tag,
    summary: "Put the demo shop back to its beginning",
    role: "operator",
    answers: { 200: demoShop },
    handle: async ({ deps, actor }) => ({ status: 200, body: await resetDemo(deps, actor) }),
  }),
];
