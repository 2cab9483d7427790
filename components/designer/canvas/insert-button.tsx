"use client";
import { Plus } from "lucide-react";
import { useEdits } from "../state/use-edits";

/** In the middle of an edge: puts a step there. Quiet until it is pointed at or has the focus. */
export function InsertButton({ edge }: { edge: number }) {
  const edits = useEdits();
  return (
    <button
      type="button"
      aria-label="Insert a step on this edge"
      title="Insert a step here"
      onClick={(event) => {
        event.stopPropagation();
        edits.add({ kind: "action" }, { edge });
      }}
      className="grid size-5 place-items-center rounded-full border border-line-strong bg-raised text-ink-3 opacity-40 transition-opacity duration-150 hover:border-ink hover:text-ink hover:opacity-100 focus-visible:opacity-100"
    >
      <Plus aria-hidden className="size-3" strokeWidth={2.5} />
    </button>
  );
}
