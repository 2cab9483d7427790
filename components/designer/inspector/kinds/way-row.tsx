"use client";
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { leavesNoEdge } from "../../changes/delete-parts";
import { previewCondition } from "../../document/preview";
import type { Way } from "../../document/ways";
import { ExpressionField } from "../../fields/expression-field";
import { useDesigner } from "../../state/designer-context";

type WayRowProps = { way: Way; turn: number; of: number /** The sample would take it. */; sampled: boolean };

/** One way out of a decision: where it leads, when, and its turn. */
export function WayRow({ way: { edge, index, title }, turn, of, sampled }: WayRowProps) {
  const { document, change, readOnly, select } = useDesigner();
  const move = (by: -1 | 1) => change({ type: "move-way", edge: index, by });
  return (
    <li className="flex flex-col gap-2 rounded-md border p-3 pt-2">
      <div className="flex items-center gap-2">
        <span className="text-ink-3 text-xs tabular-nums">{turn}</span>
        <button
          type="button"
          title={`Go to ${title}`}
          onClick={() => select([edge.to])}
          className="min-w-0 truncate rounded-sm font-semibold text-sm hover:underline"
        >
          {title}
        </button>
        {sampled && <Badge className="text-ink-3">sample</Badge>}
        {!readOnly && (
          <span className="-mr-1.5 ml-auto flex">
            {of > 1 && (
              <>
                <Button
                  variant="ghost"
                  size="icon-sm"
                  aria-label={`Ask ${title} earlier`}
                  disabled={turn === 1}
                  className="disabled:bg-transparent disabled:opacity-40"
                  onClick={() => move(-1)}
                >
                  <ArrowUp aria-hidden />
                </Button>
                <Button
                  variant="ghost"
                  size="icon-sm"
                  aria-label={`Ask ${title} later`}
                  disabled={turn === of}
                  className="disabled:bg-transparent disabled:opacity-40"
                  onClick={() => move(1)}
                >
                  <ArrowDown aria-hidden />
                </Button>
              </>
            )}
            <Button
              variant="ghost"
              size="icon-sm"
              aria-label={`Remove the way to ${title}`}
              disabled={leavesNoEdge(document, [index])}
              onClick={() => change({ type: "delete", steps: [], edges: [index] })}
            >
              <X aria-hidden />
            </Button>
          </span>
        )}
      </div>
      <ExpressionField
        label="When"
        value={edge.when}
        placeholder="data.total > 500"
        writing="expression"
        place={{ kind: "edge", from: edge.from }}
        preview={edge.when ? previewCondition(document, edge.when) : null}
        onChange={(when) => change({ type: "set-condition", edge: index, when }, `when ${index}`)}
      />
    </li>
  );
}
