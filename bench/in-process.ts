import type { Outcome } from "@/engine";
import type { Transport } from "@/server/orchestrator/transports/transport";

const success: Outcome = { kind: "success", result: { ok: true, reference: "REF-1" } };
const declined: Outcome = { kind: "terminal", error: { code: "declined", message: "Declined", status: 422 } };

/** Actions that are functions of this process and take no time: what is left is the engine and its commits. */
export const inProcess: Transport = {
  call: ({ command }) => Promise.resolve(command === "Decline" ? declined : success),
  close: () => Promise.resolve(),
};
