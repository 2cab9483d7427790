"use client";
import { CloudOff, LoaderCircle, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/time";
import type { SaveState } from "../state/autosave";

/** Whether the server has what is shown. */
export function SaveStatus({ saving, onRetry }: { saving: SaveState; onRetry: () => void }) {
  return (
    <span role="status" className="flex items-center gap-2 text-ink-3 text-sm">
      <Words saving={saving} onRetry={onRetry} />
    </span>
  );
}

function Words({ saving, onRetry }: { saving: SaveState; onRetry: () => void }) {
  switch (saving.status) {
    case "saved":
      return (
        <span>
          Saved <RelativeTime at={saving.at} />
        </span>
      );
    case "waiting":
    case "saving":
      return (
        <>
          <LoaderCircle aria-hidden className="size-3.5 animate-spin" /> Saving…
        </>
      );
    case "unreadable":
      return (
        <>
          <TriangleAlert aria-hidden className="size-3.5 text-state-compensating" /> Not saved: the code cannot be read
        </>
      );
    case "conflict":
      return (
        <>
          <TriangleAlert aria-hidden className="size-3.5 text-state-compensating" /> Not saved: somebody else saved
        </>
      );
    case "failed":
      return (
        <>
          <CloudOff aria-hidden className="size-3.5 text-state-failed" />
          <span className="max-w-72 truncate" title={saving.message}>
            Not saved: {saving.message}
          </span>
          <Button size="sm" onClick={onRetry}>
            Save now
          </Button>
        </>
      );
  }
}
