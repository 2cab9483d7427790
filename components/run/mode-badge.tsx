import { Badge } from "@/components/ui/badge";
import { Tooltip } from "@/components/ui/tooltip";
import type { SagaDocument } from "@/engine/definition/document";

const words = {
  drive: { word: "driven", meaning: "Saga Studio hears the events and sends the commands." },
  observe: { word: "observed", meaning: "Its services act by themselves; Saga Studio follows them and sends nothing." },
} as const;

/** How a choreography is run; nothing for a saga that is conducted. */
export function ModeBadge({ mode }: Pick<SagaDocument, "mode">) {
  if (mode === undefined) return null;
  const { word, meaning } = words[mode];
  return (
    <Tooltip content={meaning}>
      <span>
        <Badge>{word}</Badge>
      </span>
    </Tooltip>
  );
}
