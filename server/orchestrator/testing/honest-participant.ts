import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type HonestCall = {
  /** What the run, and its child runs, are about: `order` in their data. */
  readonly order: string;
  readonly step: string;
  readonly item: number | undefined;
  readonly half: "action" | "compensation";
  readonly key: string;
  /** The key of the action: its own, or of the one to undo. */
  readonly of: string;
};

/** `call`: a request came. `effect`: an action took effect. `undo`: that effect is gone again. */
export type LedgerEntry = HonestCall & { readonly what: "call" | "effect" | "undo" };

export type HonestOptions = {
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
 * called, and an undo finds the effect by the action's key. Inputs carry the `order`, the `item` if there are several,
 * the step that is `refused`, and for an undo the action's key as `key`.
 */
export async function startHonestParticipant({ meanwhile }: HonestOptions): Promise<HonestParticipant> {
  const ledger: LedgerEntry[] = [];
  const has = (what: LedgerEntry["what"], of: string) => ledger.some((entry) => entry.what === what && entry.of === of);
  const happen = (call: HonestCall): void => {
    if (call.half === "action") {
      if (!has("effect", call.of)) ledger.push({ ...call, what: "effect" });
    } else if (has("effect", call.of) && !has("undo", call.of)) ledger.push({ ...call, what: "undo" });
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { order, item, key: of, refused } = JSON.parse(Buffer.concat(chunks).toString());
    const step = String(request.headers["saga-step"]);
    const key = String(request.headers["idempotency-key"]);
    const half = of === undefined ? "action" : "compensation";
    const call: HonestCall = { order, step, item, half, key, of: of ?? key };
    ledger.push({ ...call, what: "call" });
    await meanwhile("arrived", call);
    const isRefused = half === "action" && refused === step;
    if (!isRefused) happen(call);
    await meanwhile("done", call);
    response.writeHead(isRefused ? 409 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(isRefused ? { code: "refused" } : { ok: true }));
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
