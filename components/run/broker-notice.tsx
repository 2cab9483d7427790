"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { brokersQuery } from "@/components/api/brokers";
import { useMay } from "@/components/api/use-role";
import { Button } from "@/components/ui/button";
import { formatDateTime } from "@/components/ui/format";
import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/time";
import type { BrokerView } from "@/contract/brokers";
import { paths } from "@/contract/paths";
import type { RunState } from "@/engine/run/state";
import { awaitedBroker } from "./awaited-broker";

/** Says of a run whose command waits for a broker that nothing is lost, and where to look. */
export function BrokerNotice({ state }: { state: RunState }) {
  const awaited = awaitedBroker(state);
  const admin = useMay("admin");
  const brokers = useQuery({ ...brokersQuery, enabled: awaited !== null }).data;
  if (!awaited) return null;
  const broker = brokers?.find(({ name }) => name === awaited.broker);
  return (
    <div className="border-b bg-panel px-4 py-2.5">
      <Notice
        title={`A command waits for the broker ${awaited.broker}`}
        action={
          admin && (
            <Button asChild size="sm">
              <Link href={paths.brokers()}>Settings, Brokers</Link>
            </Button>
          )
        }
      >
        <Standing broker={broker} since={awaited.since} /> Nothing was sent and no attempt is spent; it goes out by
        itself when the broker is back.
      </Notice>
    </div>
  );
}

/** What is known of the broker now; the run tells only since when it waits. */
function Standing({ broker, since }: { broker: BrokerView | undefined; since: number }) {
  if (broker?.health.state === "off") return <>It is switched off.</>;
  if (broker?.health.state === "connected") return <>It is there again.</>;
  const from = broker?.health.since ?? since;
  return (
    <span title={formatDateTime(from)}>
      It cannot be reached since <RelativeTime at={from} />
      {broker?.health.lastError ? `: ${broker.health.lastError}.` : "."}
    </span>
  );
}
