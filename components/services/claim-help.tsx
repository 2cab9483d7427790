import { CodeBlock } from "@/components/ui/code-block";
import { claimCommand } from "./service-form";

/** How the service gets at its work. */
export function ClaimHelp({ service }: { service: string }) {
  return (
    <section aria-label="Fetching work" className="flex flex-col gap-1.5">
      <h3 className="font-medium text-ink-2 text-xs">Fetching work</h3>
      <CodeBlock label="Command to fetch work" value={claimCommand(window.location.origin, service)} />
      <p className="text-ink-3 text-xs">
        With an API key that is bound to {service}, or signed with its secret. Each item is answered to{" "}
        <code className="font-mono">complete</code> or <code className="font-mono">fail</code> beside it.
      </p>
    </section>
  );
}
