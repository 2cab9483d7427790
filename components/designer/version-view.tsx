"use client";
import { ArrowLeft, RotateCcw } from "lucide-react";
import { useState } from "react";
import { SagaCanvas } from "@/components/canvas/saga-canvas";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dock } from "@/components/ui/dock";
import { Skeleton } from "@/components/ui/skeleton";
import { RelativeTime } from "@/components/ui/time";
import type { SagaDocument } from "@/engine/definition/document";
import { toYaml } from "@/engine/definition/write";
import { useVersionDocument } from "./publish/use-version-document";

type VersionViewProps = {
  type: string;
  number: number;
  mayRestore: boolean;
  onRestore: (document: SagaDocument) => void;
  onClose: () => void;
};

/** A published version to look at, and to bring back into the draft. */
export function VersionView({ type, number, mayRestore, onRestore, onClose }: VersionViewProps) {
  const { data, document, error, refetch } = useVersionDocument(type, number);
  const [selected, select] = useState<readonly string[]>([]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-11 items-center gap-3 border-b bg-selected px-4 text-sm">
        <strong className="font-semibold">Version {number}</strong>
        {data && (
          <span className="min-w-0 truncate text-ink-2">
            {data.publishedBy}, <RelativeTime at={data.publishedAt} />
            {data.note && `: ${data.note}`}
          </span>
        )}
        <span className="ml-auto flex gap-2">
          {mayRestore && (
            <Button size="sm" disabled={!document} onClick={() => document && onRestore(document)}>
              <RotateCcw aria-hidden /> Restore into the draft
            </Button>
          )}
          <Button size="sm" onClick={onClose}>
            <ArrowLeft aria-hidden /> Back to the draft
          </Button>
        </span>
      </div>
      {error ? (
        <QueryError error={error} what={`Version ${number}`} onRetry={() => void refetch()} />
      ) : document ? (
        <div className="flex min-h-0 flex-1">
          <div className="min-w-0 flex-1">
            <SagaCanvas
              document={document}
              selected={selected}
              onSelect={select}
              label={`Steps of version ${number}`}
            />
          </div>
          <Dock side="right" name="Version as code" initial={420} min={280} max={720}>
            <div className="min-h-0 flex-1 overflow-auto p-3">
              <CodeBlock value={toYaml(document)} label="Version as YAML" maxHeight={100_000} />
            </div>
          </Dock>
        </div>
      ) : (
        <Skeleton className="m-6 h-24 w-60 rounded-lg" />
      )}
    </div>
  );
}
