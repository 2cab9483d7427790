import { formatCount } from "@/components/ui/format";
import { RelativeTime } from "@/components/ui/time";
import { queueLimits } from "@/contract/queues";
import type { ServiceView } from "@/contract/services";

const countUp = (count: number) => `${formatCount(count)}${count >= queueLimits.queueCounted ? " or more" : ""}`;

/** What waits for a service that pulls its work, and what it is at. */
export function QueueDepth({ queue }: { queue: NonNullable<ServiceView["queue"]> }) {
  return (
    <div className="flex min-w-0 flex-col">
      <span className="truncate">
        {queue.waiting === 0 ? "Nothing waits" : `${countUp(queue.waiting)} waiting`}
        {queue.oldestAt && (
          <span className="text-ink-3 text-xs">
            {" "}
            · oldest sent <RelativeTime at={queue.oldestAt} />
          </span>
        )}
      </span>
      {queue.claimed > 0 && <span className="text-ink-2 text-xs">{countUp(queue.claimed)} claimed, under way</span>}
    </div>
  );
}
