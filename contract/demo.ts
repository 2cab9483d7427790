import { z } from "zod";
import { isoTime } from "./common";

/**
 * The demo shop's own API, reached by the app through `GET /api/v1/demo` and `PATCH /api/v1/demo/switches/{service}/{command}`
 * (both 404 when `DEMO=off`).
 */
export const demoSwitch = z.object({
  service: z.string(),
  command: z.string(),
  /** `ok`; `decline`: a terminal refusal; `error`: HTTP 500 `times` times, then ok; `timeout_after_effect`: does it, never answers; `slow`: answers after `delayMs`; `forget`: of a service that lives by events, it does nothing and says nothing. */
  mode: z.enum(["ok", "decline", "error", "timeout_after_effect", "slow", "forget"]),
  times: z.number().int().min(1).max(1000).default(2),
  delayMs: z.number().int().min(0).max(120_000).default(3000),
});
export type DemoSwitch = z.infer<typeof demoSwitch>;
export const changeDemoSwitch = demoSwitch.pick({ mode: true }).extend({
  times: z.number().int().min(1).max(1000).optional(),
  delayMs: z.number().int().min(0).max(120_000).optional(),
});

export const demoCall = z.object({
  id: z.string(),
  at: isoTime,
  service: z.string(),
  command: z.string(),
  key: z.string(),
  run: z.string().nullable(),
  step: z.string().nullable(),
  attempt: z.number().int().nullable(),
  /** Of what a service did by itself: the event that it had heard, and the order that this was about. */
  heard: z.object({ type: z.string(), order: z.string() }).nullable(),
  /**
   * What the call did: `effect` it changed something, `accepted` it will be done and replied to later, `repeat` the key was
   * known, `tombstone`, `declined`, `error`, `nothing`, `undone` it took back what was done, `forgot` it should have; a probe: `probed` it told that it happened, `fenced` that it never will.
   */
  did: z.enum([
    "effect",
    "accepted",
    "repeat",
    "tombstone",
    "declined",
    "error",
    "nothing",
    "undone",
    "forgot",
    "probed",
    "fenced",
  ]),
  /** What was answered; 0: nothing, and of what was heard nobody asks. */
  status: z.number().int(),
});
export type DemoCall = z.infer<typeof demoCall>;

/**
 * `POST /api/v1/demo/orders`: an order that nobody directs. Its `OrderCreated` is said on the bus; `card` and `shipment` choose
 * what goes wrong with it.
 */
export const placeDemoOrder = z.strictObject({
  card: z.enum(["accepted", "declined"]).default("accepted"),
  shipment: z.enum(["delivered", "failed"]).default("delivered"),
});
export const demoOrder = z.object({ order_id: z.string() });

export const demoShop = z.object({
  switches: z.array(demoSwitch),
  calls: z.array(demoCall),
  /** Stock, charges and parcels as they stand: one line each. */
  balance: z.array(z.object({ label: z.string(), value: z.string() })),
});
export type DemoShop = z.infer<typeof demoShop>;
