"use client";
import { Plus } from "lucide-react";
import { kindIcons, stepKindNames } from "@/components/canvas/step-kind";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { stepKinds } from "@/engine/steps";
import { useEdits } from "../state/use-edits";

/** In the middle of an edge: puts a step of any kind there. Quiet until it is pointed at or has the focus. */
export function InsertButton({ edge }: { edge: number }) {
  const edits = useEdits();
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <button
          type="button"
          aria-label="Insert a step on this edge"
          title="Insert a step here"
          onClick={(event) => event.stopPropagation()}
          className="grid size-5 place-items-center rounded-full border border-line-strong bg-raised text-ink-3 opacity-40 transition-opacity duration-150 hover:border-ink hover:text-ink hover:opacity-100 focus-visible:opacity-100 data-[state=open]:border-ink data-[state=open]:text-ink data-[state=open]:opacity-100"
        >
          <Plus aria-hidden className="size-3" strokeWidth={2.5} />
        </button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" onCloseAutoFocus={(event) => event.preventDefault()}>
        {stepKindNames.map((kind) => {
          const Icon = kindIcons[kind];
          return (
            <DropdownMenuItem key={kind} onSelect={() => edits.add({ kind }, { edge })}>
              <Icon aria-hidden strokeWidth={1.75} className="text-ink-2" /> {stepKinds[kind].title}
            </DropdownMenuItem>
          );
        })}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
