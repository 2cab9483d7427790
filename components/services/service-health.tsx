import { useQuery } from "@tanstack/react-query";
import { brokersQuery } from "@/components/api/brokers";
import { stateLooks, waitingLook } from "@/components/canvas/status";
import { formatDuration, plural } from "@/components/ui/format";
import { StatusBadge } from "@/components/ui/status-badge";
import { RelativeTime } from "@/components/ui/time";
import type { ServiceView } from "@/contract/services";
import { brokerAway } from "./broker-away";

/** Above this share of failures a service is called failing; above none at all, unsteady. */
const FAILING = 0.2;

const lookOf = (failures: number, calls: number) => {
  if (failures === 0) return { ...stateLooks.completed, word: "Answering" };
  if (failures / calls < FAILING) return { ...stateLooks.attention, word: "Unsteady" };
  return { ...stateLooks.failed, word: "Failing" };
};

/** How a service answered this server's last calls. */
export function ServiceHealth({ service }: { service: Pick<ServiceView, "health" | "transport"> }) {
  const { health, transport } = service;
  const brokers = useQuery({ ...brokersQuery, enabled: "broker" in transport }).data;
  const away = brokerAway(service, brokers ?? []);
  // What happened before says nothing of now.
  if (away !== null)
    return (
      <div className="flex min-w-0 flex-col">
        <StatusBadge bare look={{ ...waitingLook, word: `Waits for the broker ${away}` }} />
        <span className="text-ink-2 text-xs">Its commands go out when the broker is back</span>
      </div>
    );
  if (!health || health.calls === 0)
    return <StatusBadge bare look={{ ...stateLooks.pending, word: "Not called yet" }} />;
  const succeed = ((1 - health.failures / health.calls) * 100).toFixed(health.failures === 0 ? 0 : 1);
  return (
    <div className="flex min-w-0 flex-col">
      <span className="flex items-center gap-2">
        <StatusBadge bare look={lookOf(health.failures, health.calls)} />
        <span className="text-ink-3 text-xs">
          <RelativeTime at={health.lastAt} />
        </span>
      </span>
      <span className="truncate text-ink-2 text-xs" title={health.lastError ?? undefined}>
        {plural(health.calls, "call")}, {formatDuration(health.medianMs)} median, {succeed} % succeed
        {health.lastError && (
          <>
            {" "}
            · last error <span className="font-mono">{health.lastError}</span>
          </>
        )}
      </span>
    </div>
  );
}
