"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { redeliver } from "@/components/api/subscriptions";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { formatDateTime, formatDuration, plural, shortId } from "@/components/ui/format";
import { inFieldWords } from "@/components/ui/in-field-words";
import { StatusBadge } from "@/components/ui/status-badge";
import { RelativeTime } from "@/components/ui/time";
import { toast } from "@/components/ui/toaster";
import { paths } from "@/contract/paths";
import type { DeliveryAttempt, DeliveryView } from "@/contract/subscriptions";
import { deliveryLooks } from "./subscription-state";

type DeliveryItemProps = { delivery: DeliveryView; mayResend: boolean };

/** One event for one subscription; opened, its attempts and the event itself. */
export function DeliveryItem({ delivery, mayResend }: DeliveryItemProps) {
  const [open, setOpen] = useState(false);
  const { type, time } = delivery.event as { type: string; time: string };
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 w-full items-center gap-3 px-3 py-1.5 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight aria-hidden className={cn("size-3.5 shrink-0 text-ink-3", open && "rotate-90")} />
        <StatusBadge bare look={deliveryLooks[delivery.status]} className="w-24 shrink-0" />
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="truncate font-mono text-xs">{type}</span>
          <span className="truncate text-ink-3 text-xs">{aboutOf(delivery)}</span>
        </span>
        <span className="shrink-0 text-ink-2 text-xs">
          <RelativeTime at={time} />
        </span>
      </button>
      {open && <DeliveryDetail delivery={delivery} mayResend={mayResend} />}
    </li>
  );
}

function aboutOf({ status, attempts, lastError, nextAt, lastStatus }: DeliveryView): string {
  if (status === "delivered") return lastStatus === null ? "stored by the broker" : `answered ${lastStatus}`;
  const tried = attempts === 0 ? "not tried yet" : plural(attempts, "attempt");
  const next = status === "pending" && attempts > 0 && nextAt ? `next ${formatDateTime(nextAt)}` : "";
  return [tried, next, lastError].filter(Boolean).join(" · ");
}

function DeliveryDetail({ delivery, mayResend }: DeliveryItemProps) {
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => redeliver(delivery.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["deliveries"] });
      toast.success("It is sent again");
    },
    onError: (error) => toast.error("Not sent again", { description: error.message }),
  });
  return (
    <div className="flex flex-col gap-3 border-t bg-canvas px-3 py-3">
      <div className="flex items-center justify-between gap-3 text-xs">
        <span className="text-ink-2">
          Run{" "}
          <Link className="font-mono underline underline-offset-2" href={paths.run(delivery.run)}>
            {shortId(delivery.run)}
          </Link>
          , decision {delivery.seq}
        </span>
        <Button
          size="sm"
          busy={again.isPending}
          disabled={!mayResend}
          title={mayResend ? undefined : "The subscription is off"}
          onClick={() => again.mutate()}
        >
          Send again
        </Button>
      </div>
      {delivery.log.length > 0 && (
        <ol aria-label="Attempts" className="flex flex-col gap-1 text-xs">
          {delivery.log.map((attempt) => (
            <AttemptLine key={attempt.at} attempt={attempt} />
          ))}
        </ol>
      )}
      <CodeBlock value={delivery.event} label="The event" />
    </div>
  );
}

/** When it was tried, how long it took and what came of it. */
export function AttemptLine({ attempt }: { attempt: DeliveryAttempt }) {
  const { at, ms, status, error } = attempt;
  return (
    <li className="flex gap-3">
      <time dateTime={at} className="shrink-0 text-ink-3">
        {formatDateTime(at)}
      </time>
      <span className="w-14 shrink-0 text-right text-ink-3">{formatDuration(ms)}</span>
      <span className={cn("min-w-0 break-words", error && "text-state-failed")}>
        {error ? inFieldWords(error) : status === undefined ? "stored by the broker" : `answered ${status}`}
      </span>
    </li>
  );
}
