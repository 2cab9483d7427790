import { setTimeout as delay } from "node:timers/promises";

/** So long, or until the signal ends it. Never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
