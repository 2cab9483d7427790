import type { ReactNode } from "react";
import type { SagaDocument } from "@/engine/definition/document";
import { isUnchanged, summarise } from "../document/summarise";

/** What a version changes of another, in a few lines. */
export function ChangeWords({ before, after }: { before: SagaDocument; after: SagaDocument }) {
  const summary = summarise(before, after);
  if (isUnchanged(summary)) return <p className="text-ink-2 text-sm">Nothing changed.</p>;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
      <Line word="Added">{summary.added.join(", ")}</Line>
      <Line word="Removed">{summary.removed.join(", ")}</Line>
      <Line word="Changed">{summary.changed.join(", ")}</Line>
      <Line word="Order">{summary.order && "edges or their conditions differ"}</Line>
      <Line word="Saga">{summary.settings && "settings, input or sample differ"}</Line>
      <Line word="Layout">{summary.layoutOnly && "only positions on the canvas differ"}</Line>
    </dl>
  );
}

function Line({ word, children }: { word: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt className="text-ink-3">{word}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
