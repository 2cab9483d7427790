import type { InvokeCommand, Outcome } from "@/engine";
import type { Transport } from "../orchestrator/transports/transport";

/** Services that do as the test says, by `Service.Command`; what is not scripted succeeds. */
export type ScriptedTransport = Transport & {
  readonly calls: InvokeCommand[];
  readonly script: Map<string, Outcome | "accepted">;
};

export function createScriptedTransport(): ScriptedTransport {
  const calls: InvokeCommand[] = [];
  const script = new Map<string, Outcome | "accepted">();
  return {
    calls,
    script,
    async call(command) {
      calls.push(command);
      const done: Outcome = { kind: "success", result: { done: command.command } };
      return script.get(`${command.service}.${command.command}`) ?? done;
    },
    async close() {},
  };
}

export const declined: Outcome = { kind: "terminal", error: { code: "declined", message: "No", status: 422 } };
