"use client";
import { type RefObject, useEffect, useRef } from "react";
import { isChoreography } from "@/engine/definition/document";
import { useDesigner } from "./designer-context";
import { useEdits } from "./use-edits";

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;

const isElsewhere = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;

/**
 * The designer's keys. Undo and redo work everywhere, as there is one history; the rest is left alone while somebody
 * types: `a` adds the next step, Delete, ctrl+C/X/V through the clipboard, ctrl+D, ctrl+A on the canvas, Esc lets go.
 */
export function useDesignerKeys(root: RefObject<HTMLElement | null>) {
  const designer = useDesigner();
  const edits = useEdits();
  const now = useRef({ designer, edits });
  now.current = { designer, edits };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isElsewhere(event.target)) return;
      const chord =
        event.ctrlKey || event.metaKey ? `ctrl+${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}` : event.key;
      const done = isHistory(chord) ? travel(chord) : !isTyping(event.target) && act(chord, event);
      if (done) event.preventDefault();
    };
    const travel = (chord: string) => {
      if (!now.current.designer.mayEdit) return false;
      if (chord === "ctrl+z") now.current.designer.undo();
      else now.current.designer.redo();
      return true;
    };
    const act = (chord: string, event: KeyboardEvent) => {
      const { designer, edits } = now.current;
      if (event.altKey) return false;
      if (chord === "ctrl+d") edits.duplicate();
      else if (chord === "ctrl+a" && isOnCanvas(event.target)) edits.selectAll();
      else if (chord === "Escape") designer.select([]);
      else if (designer.readOnly) return false;
      else if (chord === "Delete" || chord === "Backspace") edits.remove();
      else if (chord === "a" && isOnCanvas(event.target)) {
        const chosen = focusedStep(event.target) ?? edits.steps.at(-1) ?? edits.terminals.at(-1)?.id;
        const after = chosen ?? designer.document.steps.at(-1)?.id;
        const offer = isChoreography(designer.document) ? ({ does: "send" } as const) : ({ kind: "action" } as const);
        edits.add(offer, after ? { after } : undefined);
      } else return false;
      return true;
    };
    const copy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || isElsewhere(event.target) || getSelection()?.toString()) return;
      const text = now.current.edits.copied();
      if (text === null) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") now.current.edits.remove();
    };
    const paste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || isElsewhere(event.target)) return;
      if (now.current.edits.paste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    };
    const isOnCanvas = (target: EventTarget | null) =>
      target instanceof Node &&
      (target === document.body || root.current?.querySelector(".saga-canvas")?.contains(target));
    addEventListener("keydown", press);
    addEventListener("copy", copy);
    addEventListener("cut", copy);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("keydown", press);
      removeEventListener("copy", copy);
      removeEventListener("cut", copy);
      removeEventListener("paste", paste);
    };
  }, [root]);
}

const isHistory = (chord: string) => ["ctrl+z", "ctrl+y", "ctrl+shift+z"].includes(chord);

const focusedStep = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.classList.contains("react-flow__node") ? target.dataset.id : undefined;
