"use client";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { DialogContent } from "@/components/ui/dialog";
import { api } from "@/contract/paths";
import type { SagaDocument } from "@/engine/definition/document";
import type { Json } from "@/engine/json";

/** A saga that is only watched is not started here: how the first of its events is told. */
export function HowItStarts({ document, onClose }: { document: SagaDocument; onClose: () => void }) {
  const { saga, starts = "" } = document;
  return (
    <DialogContent
      title={`${saga} is observed`}
      description={`Nobody starts it here: a run begins when its first event, ${starts}, comes.`}
      className="w-[min(680px,calc(100vw-32px))]"
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex flex-col gap-3">
        <p className="text-ink-2 text-sm">
          Let the service that says <code className="font-mono text-xs">{starts}</code> say it here too, over a
          registered broker or as a CloudEvent over HTTP; the same goes for every event after it. The key in{" "}
          <code className="font-mono text-xs">SAGA_KEY</code> is one of the role operator, or of a service, made under
          Settings, API keys.
        </p>
        <CodeBlock label="Command that tells the first event" value={curlOf(document)} maxHeight={360} />
      </div>
    </DialogContent>
  );
}

/** Drawn by the shell, each time anew: an id that was used before is another event's. */
const freshId = "$(date +%s)";

/** The first event, told by hand. */
export function curlOf({ starts = "", sample = {} }: Pick<SagaDocument, "starts" | "sample">): string {
  const event: Json = { specversion: "1.0", id: freshId, source: "shop", type: starts, data: sample };
  const origin = typeof location === "undefined" ? "" : location.origin;
  return [
    `curl -X POST ${origin}${api}/events \\`,
    '  -H "Authorization: Bearer $SAGA_KEY" \\',
    '  -H "Content-Type: application/cloudevents+json" \\',
    `  -d '${JSON.stringify(event).replaceAll("'", String.raw`'\''`).replace(freshId, `'${freshId}'`)}'`,
  ].join("\n");
}
