"use client";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";
import { cn } from "./cn";
import { useStored } from "./use-stored";

type DockProps = {
  /** The edge it sits on; the handle is on the opposite side. */
  side?: "bottom" | "right" | "left";
  /** What it is called, for the handle's label and for remembering its size. */
  name: string;
  initial?: number;
  min?: number;
  max?: number;
  className?: string;
  children: ReactNode;
};

const STEP = 24;

/** A panel whose height (or width) the person drags, or sets with the arrow keys; each browser remembers it by `name`. */
export function Dock({ side = "bottom", name, initial = 280, min = 120, max = 640, className, children }: DockProps) {
  const [stored, store] = useStored(`dock.${name}`, String(initial));
  const [dragged, setDragged] = useState<number>();
  const clamp = (size: number) => Math.round(Math.min(max, Math.max(min, size)));
  const size = clamp(dragged ?? (Number(stored) || initial));
  const vertical = side === "bottom";
  const towards = side === "left" ? 1 : -1;

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    const handle = event.currentTarget;
    const start = vertical ? event.clientY : event.clientX;
    let next = size;
    handle.setPointerCapture(event.pointerId);
    const move = (at: globalThis.PointerEvent) => {
      next = clamp(size + ((vertical ? at.clientY : at.clientX) - start) * towards);
      setDragged(next);
    };
    const end = () => {
      handle.removeEventListener("pointermove", move);
      store(String(next));
      setDragged(undefined);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
  };

  const press = (event: KeyboardEvent) => {
    const sign = {
      ArrowUp: vertical ? -1 : 0,
      ArrowDown: vertical ? 1 : 0,
      ArrowLeft: vertical ? 0 : -1,
      ArrowRight: vertical ? 0 : 1,
    }[event.key];
    if (!sign) return;
    event.preventDefault();
    store(String(clamp(size + sign * STEP * towards)));
  };

  const handle = (
    // biome-ignore lint/a11y/useSemanticElements: a focusable separator that moves is a window splitter, which <hr> is not
    <div
      role="separator"
      tabIndex={0}
      aria-label={`Resize ${name}`}
      aria-orientation={vertical ? "horizontal" : "vertical"}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={drag}
      onKeyDown={press}
      onDoubleClick={() => store(String(initial))}
      className={cn(
        "absolute z-10 touch-none transition-colors duration-150 hover:bg-line-strong focus-visible:bg-ink focus-visible:outline-none",
        vertical ? "inset-x-0 -top-[3px] h-[5px] cursor-row-resize" : "inset-y-0 w-[5px] cursor-col-resize",
        side === "right" && "-left-[3px] max-md:hidden",
        side === "left" && "-right-[3px] max-md:hidden",
      )}
    />
  );

  return (
    <section
      aria-label={name}
      style={vertical ? { height: size } : { width: size }}
      className={cn(
        "relative flex shrink-0 flex-col bg-panel",
        { bottom: "border-t", right: "border-l", left: "border-r" }[side],
        className,
      )}
    >
      {handle}
      {children}
    </section>
  );
}
