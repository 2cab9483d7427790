/** What services tell each other, as choreographies hear it (engine.md section 8). */
import { z } from "zod";
import { limits } from "@/engine/limits";
import { json } from "./common";

/** A CloudEvent 1.0 in JSON. Extensions are taken and passed over. */
export const toldEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(limits.key).describe("The same source and id again is the same event, and counts once."),
  source: z.string().min(1).max(limits.key).describe("Who says it: the service's name, where a service does."),
  type: z.string().min(1).max(200).describe("What happened, e.g. OrderCreated."),
  subject: z.string().max(limits.key).nullish(),
  time: z.string().max(64).nullish(),
  data: json.optional().describe("What expressions read as event.data. Default null."),
  data_base64: z.undefined({ error: "expected data as JSON, in data" }).optional(),
});
export type ToldCloudEvent = z.infer<typeof toldEvent>;

/** What of an event stands in headers when it comes in binary mode (`ce-type`); the body is then its `data`. */
export const eventAttributes = ["specversion", "id", "source", "type", "subject", "time"] as const;

/** `POST /events`: one, or up to 1,000. */
export const toldEvents = z.union([toldEvent, z.array(toldEvent).min(1).max(limits.eventsAtOnce)]);

/** What became of an event; of several sagas that take it, the first of these that fits. */
export const toldStatus = z
  .enum(["started", "delivered", "kept", "duplicate", "ignored"])
  .describe(
    "started: a run begins with it; delivered: a run hears it; kept: it waits for the start of its run; duplicate: it had come before; ignored: the run that it belongs to is archived, or of a version that does not know such events.",
  );
export type ToldStatus = z.infer<typeof toldStatus>;

/** 202: every event is durable, in order. `runs`: that hear it. */
export const eventsTold = z.object({
  accepted: z.number().int().describe("Those that are neither duplicate nor ignored."),
  results: z.array(
    z.object({
      id: z.string(),
      status: toldStatus,
      runs: z.array(z.object({ saga: z.string(), run: z.uuid() })),
    }),
  ),
});
export type EventsTold = z.infer<typeof eventsTold>;
