"use client";
import { useConnection } from "@/components/api/use-connection";
import { stateLooks } from "@/components/canvas/status";
import { StatusIcon } from "@/components/ui/status-badge";

/** Says that the page is no longer live. It floats, so that nothing moves when it comes and goes. */
export function ConnectionNotice() {
  const connection = useConnection();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-30 flex justify-center">
      {connection === "lost" && (
        <p className="flex animate-fade-in items-center gap-2 rounded-md border bg-raised px-3 py-2 text-sm shadow-float">
          <StatusIcon look={stateLooks.attention} />
          <span className="font-semibold">Not live.</span>
          <span className="text-ink-2">The connection was lost; what you see may be old. Reconnecting…</span>
        </p>
      )}
    </div>
  );
}
