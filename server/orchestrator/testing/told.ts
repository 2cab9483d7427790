import { createHash } from "node:crypto";
import { v7 } from "uuid";
import type { TellRequest } from "../orchestrator";

/** A choreography that is only watched, so that its events alone move it. Whoever says Second twice is heard twice. */
export const chain = `
saga: Chain
style: choreography
mode: observe
correlation: \${event.data.key}
starts: First
reactions:
  - { id: two, on: First, send: Shop.Two, expect: [Second], within: PT1H }
  - { id: three, on: Second, send: Shop.Three, expect: [Third], within: PT1H, class: irreversible }
  - { id: four, on: Third, emit: Done }
ends: { completed: [Done], failed: [Failed] }
`;

export const chainOf = ["First", "Second", "Third", "Done"] as const;

/** An event of the chain; its id is its type's and key's, so that telling it again is telling the same. */
export function tellRequest(type: (typeof chainOf)[number], key: string, more: Partial<TellRequest> = {}): TellRequest {
  const event = { id: `${type}-${key}`, source: "Shop", type, data: { key } };
  return {
    id: v7(),
    saga: "Chain",
    keys: [key],
    event,
    begins: type === "First" ? 1 : null,
    waits: true,
    actor: "test",
    at: Date.now(),
    dedupe: `event:Chain:${event.id}`,
    hash: createHash("sha256").update(JSON.stringify(event.data)).digest("hex"),
    ...more,
  };
}
