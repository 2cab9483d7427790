import { stateLooks } from "@/components/canvas/status";
import { plural } from "@/components/ui/format";
import { inFieldWords } from "@/components/ui/in-field-words";
import { StatusBadge } from "@/components/ui/status-badge";
import { RelativeTime } from "@/components/ui/time";
import type { BrokerHealth as Health } from "@/contract/brokers";

const looks = {
  connected: { ...stateLooks.completed, word: "Connected" },
  connecting: { ...stateLooks.executing, word: "Connecting" },
  down: { ...stateLooks.failed, word: "Not reachable" },
  off: { ...stateLooks.skipped, word: "Switched off" },
} as const;

/** How the server stands with a broker, and what waits for it. */
export function BrokerHealth({ health }: { health: Health }) {
  const { state, since, lastError, waiting } = health;
  const trouble = state === "down" || state === "connecting" ? lastError : null;
  return (
    <div className="flex min-w-0 flex-col">
      <span className="flex items-center gap-2">
        <StatusBadge bare look={looks[state]} />
        {since && (
          <span className="text-ink-3 text-xs">
            <RelativeTime at={since} />
          </span>
        )}
      </span>
      {(trouble || waiting > 0) && (
        <span className="text-ink-2 text-xs">
          {[trouble && inFieldWords(trouble), waiting > 0 && `${plural(waiting, "run")} waiting for it`]
            .filter(Boolean)
            .join(" · ")}
        </span>
      )}
    </div>
  );
}
