import { TriangleAlert, Undo2 } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { StatusIcon } from "@/components/ui/status-badge";
import { onSolid } from "../status";
import type { UndoFace } from "../step-face";

const lineOf = ({ low, aside }: Pick<UndoHalfProps, "low" | "aside">) =>
  cn("flex shrink-0 items-center gap-2 pr-3 pl-3.5", aside === null ? (low ? "h-[30px]" : "h-[34px]") : "h-[46px]");
const sizeOf = (large: boolean) => (large ? "text-lg" : "text-xs");
const iconOf = (large: boolean) => cn("shrink-0", large ? "size-[18px]" : "size-3.5");

type UndoHalfProps = {
  undo: UndoFace;
  /** Letters for a smaller zoom. */
  large: boolean;
  /** The upper half has a line more. */
  low: boolean;
  /** On a line of its own: the events that set it off. */
  aside: string | null;
};

/** The lower half of a card: its undo, muted until needed; then its own state, numbered in the real order. */
export function UndoHalf({ undo, large, low, aside }: UndoHalfProps) {
  if (undo.kind === "begun") return <BegunUndo undo={undo} large={large} low={low} aside={aside} />;
  const warn = undo.kind === "none" && undo.warn;
  return (
    <div
      className={cn(
        lineOf({ low, aside }),
        sizeOf(large),
        "border-t border-line-strong border-dashed",
        warn ? "text-state-compensating" : "text-ink-3",
      )}
    >
      {warn ? <TriangleAlert aria-hidden className={iconOf(large)} /> : <Undo2 aria-hidden className={iconOf(large)} />}
      <UndoText text={undo.text} title={undo.kind === "left" ? undo.why : undo.text} aside={large ? null : aside} />
    </div>
  );
}

function UndoText({ text, title, aside }: { text: string; title: string; aside: string | null }) {
  return (
    <span className="flex min-w-0 flex-1 flex-col leading-4">
      <span className="truncate" title={title}>
        {text}
      </span>
      {aside && (
        <span className="truncate font-mono font-normal text-ink-3" title={aside}>
          {aside}
        </span>
      )}
    </span>
  );
}

function BegunUndo({ undo, large, low, aside }: UndoHalfProps & { undo: Extract<UndoFace, { kind: "begun" }> }) {
  const { look } = undo;
  return (
    <div className={cn(lineOf({ low, aside }), sizeOf(large), "font-semibold", look.soft, look.text)}>
      <StatusIcon look={look} className={iconOf(large)} />
      <UndoText text={undo.text} title={undo.text} aside={large ? null : aside} />
      {undo.word ? (
        <span className="shrink-0 font-medium">{undo.word}</span>
      ) : undo.order === null ? (
        <span className="sr-only">{look.word}</span>
      ) : (
        <>
          <span className="sr-only">{look.word}, number</span>
          <span
            className={cn(
              large ? "h-6 min-w-6" : "h-4 min-w-4",
              "grid shrink-0 place-items-center rounded-full px-1",
              look.solid,
              onSolid,
            )}
          >
            {undo.order}
          </span>
        </>
      )}
    </div>
  );
}
