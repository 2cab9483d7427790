import { stateLooks } from "@/components/canvas/status";
import { formatDateTime, plural } from "@/components/ui/format";
import { StatusBadge } from "@/components/ui/status-badge";
import { RelativeTime } from "@/components/ui/time";
import type { DeliveryStatus, SubscriptionView } from "@/contract/subscriptions";

/** How each state of a delivery looks. */
export const deliveryLooks = {
  pending: { ...stateLooks.pending, word: "Waiting" },
  delivered: { ...stateLooks.completed, word: "Delivered" },
  failed: { ...stateLooks.failed, word: "Given up" },
  disabled: { ...stateLooks.skipped, word: "Not sent" },
} as const satisfies Record<DeliveryStatus, object>;

const lookOf = ({ enabled, failingSince, recent }: SubscriptionView) => {
  if (!enabled) return { ...stateLooks.skipped, word: "Off" };
  if (failingSince !== null) return { ...stateLooks.failed, word: "Failing" };
  if (recent.delivered === 0) return { ...stateLooks.pending, word: "Nothing sent yet" };
  return recent.failed > 0
    ? { ...stateLooks.attention, word: "Delivering, with gaps" }
    : { ...stateLooks.completed, word: "Delivering" };
};

/** Whether a subscription takes what it is sent, and how much of the last it took. */
export function SubscriptionState({ subscription }: { subscription: SubscriptionView }) {
  const { recent, enabled, disabledReason, failingSince } = subscription;
  return (
    <div className="flex min-w-0 flex-col">
      <span className="flex items-center gap-2">
        <StatusBadge bare look={lookOf(subscription)} />
        {enabled && recent.lastAt && (
          <span className="text-ink-3 text-xs">
            last <RelativeTime at={recent.lastAt} />
          </span>
        )}
      </span>
      <span className="truncate text-ink-2 text-xs" title={disabledReason ?? undefined}>
        {disabledReason ?? (failingSince ? `nothing taken since ${formatDateTime(failingSince)}` : successOf(recent))}
      </span>
    </div>
  );
}

function successOf({ delivered, failed, pending }: SubscriptionView["recent"]): string {
  const settled = delivered + failed;
  const waiting = pending > 0 ? `${pending} waiting` : "";
  if (settled === 0) return waiting;
  const share = ((delivered / settled) * 100).toFixed(failed === 0 ? 0 : 1);
  return [`${share} % of the last ${plural(settled, "delivery", "deliveries")} taken`, waiting]
    .filter(Boolean)
    .join(", ");
}
