"use client";
import { Copy, SquareDashedMousePointer, Trash2 } from "lucide-react";
import { titlesOf } from "@/components/canvas/canvas-model";
import { Button } from "@/components/ui/button";
import { plural } from "@/components/ui/format";
import { Kbd } from "@/components/ui/kbd";
import { isChoreography } from "@/engine/definition/document";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { PanelHeader } from "./panel-header";

/** Several things at once: what they are, and what can be done with all of them. */
export function ManyInspector() {
  const { document, readOnly, select } = useDesigner();
  const edits = useEdits();
  const titles = titlesOf(document);
  const one = isChoreography(document) ? "reaction" : "step";
  const words = [
    edits.steps.length > 0 && plural(edits.steps.length, one),
    edits.edges.length > 0 && plural(edits.edges.length, "edge"),
  ];
  return (
    <>
      <PanelHeader icon={SquareDashedMousePointer} title={words.filter(Boolean).join(" and ")} />
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-4">
        {!readOnly && (
          <div className="flex flex-wrap gap-2">
            <Button onClick={edits.duplicate} disabled={edits.steps.length === 0}>
              <Copy aria-hidden /> Duplicate
            </Button>
            <Button variant="danger" onClick={edits.remove}>
              <Trash2 aria-hidden /> Delete
            </Button>
          </div>
        )}
        <p className="text-ink-3 text-xs">
          <Kbd>ctrl+C</Kbd> copies the {one}s{one === "step" && " with the edges among them"}, also into another saga or
          a text.
        </p>
        <ul className="flex flex-col">
          {edits.steps.map((id) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => select([id])}
                className="w-full truncate rounded-sm px-1 py-1 text-left text-sm hover:bg-hover"
              >
                {titles.get(id)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
