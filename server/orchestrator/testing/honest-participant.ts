import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { InvokeCommand } from "@/engine";

export type HonestCall = {
  readonly run: string;
  readonly step: string;
  readonly half: InvokeCommand["half"];
  readonly key: string;
  /** The key of the action: its own, or of the one to undo. */
  readonly of: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** `call`: a request came. `effect`: an action took effect. `undo`: that effect is gone again. */
export type LedgerEntry = HonestCall & { readonly what: "call" | "effect" | "undo" };

export type HonestOptions = {
  /** An action that is refused, without an effect. */
  readonly refuses: (call: HonestCall) => boolean;
  /** Before anything is done about a call, and before its answer. */
  readonly meanwhile: (when: "arrived" | "done", call: HonestCall) => Promise<void>;
};

export type HonestParticipant = {
  readonly url: string;
  readonly ledger: readonly LedgerEntry[];
  readonly stop: () => Promise<void>;
};

/**
 * A participant that keeps its word (docs/participants.md) and a ledger: a key has one effect however often it is
 * called, and an undo finds the effect by the action's key, which its input carries as `key`.
 */
export async function startHonestParticipant({ refuses, meanwhile }: HonestOptions): Promise<HonestParticipant> {
  const ledger: LedgerEntry[] = [];
  const has = (what: LedgerEntry["what"], of: string) => ledger.some((entry) => entry.what === what && entry.of === of);
  const happen = (call: HonestCall): boolean => {
    if (call.half === "action") {
      if (refuses(call)) return false;
      if (!has("effect", call.of)) ledger.push({ ...call, what: "effect" });
    } else if (has("effect", call.of) && !has("undo", call.of)) ledger.push({ ...call, what: "undo" });
    return true;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const input = JSON.parse(Buffer.concat(chunks).toString());
    const { "saga-id": run, "saga-step": step, "idempotency-key": key } = request.headers;
    const half = input.key === undefined ? "action" : "compensation";
    const call: HonestCall = {
      run: String(run),
      step: String(step),
      half,
      key: String(key),
      of: input.key ?? key,
      input,
    };
    ledger.push({ ...call, what: "call" });
    await meanwhile("arrived", call);
    const isDone = happen(call);
    await meanwhile("done", call);
    response.writeHead(isDone ? 200 : 409, { "content-type": "application/json" });
    response.end(JSON.stringify(isDone ? { ok: true } : { code: "refused" }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ledger,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
