"use client";
import { useCallback, useRef } from "react";
import { Notice } from "@/components/ui/notice";
import { DesignerCanvas } from "./canvas/designer-canvas";
import { DesignerDock, useDockTab } from "./dock/designer-dock";
import type { History } from "./document/history";
import { Inspector } from "./inspector/inspector";
import { Palette } from "./palette/palette";
import { useDesigner } from "./state/designer-context";
import { useDesignerKeys } from "./state/use-designer-keys";

type WorkbenchProps = {
  history: History;
  onType: (text: string) => void;
  onDiscard: () => void;
};

/** Palette, canvas, dock and inspector around one document. */
export function Workbench({ history, onType, onDiscard }: WorkbenchProps) {
  const { mayEdit, select, canvas, selected } = useDesigner();
  const root = useRef<HTMLDivElement>(null);
  const inspector = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useDockTab();
  useDesignerKeys(root);
  /** Enter on a card: into its form. */
  const open = useCallback(() => {
    requestAnimationFrame(() => {
      const form = inspector.current?.querySelector<HTMLElement>("[role=tabpanel]") ?? inspector.current;
      form?.querySelector<HTMLElement>("input, textarea, [contenteditable=true]")?.focus();
    });
  }, []);
  return (
    <div ref={root} className="flex min-h-0 flex-1">
      {mayEdit && <Palette />}
      <div className="flex min-w-0 flex-1 flex-col">
        {!mayEdit && (
          <Notice className="m-3 mb-0" title="You can look, not change">
            Designing needs the role designer. An admin can change yours under Settings, People.
          </Notice>
        )}
        <div className="min-h-0 flex-1">
          <DesignerCanvas canUndo={history.past.length > 0} canRedo={history.future.length > 0} onOpen={open} />
        </div>
        <DesignerDock tab={tab} onTab={setTab} snapshot={history.present} onType={onType} onDiscard={onDiscard} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Esc leaves the form for the card it is about */}
      <div
        ref={inspector}
        className="flex min-h-0"
        onKeyDown={(event) => {
          if (event.key !== "Escape" || event.defaultPrevented) return;
          event.preventDefault();
          if (selected[0]) canvas.current?.focusStep(selected[0]);
          else select([]);
        }}
      >
        <Inspector />
      </div>
    </div>
  );
}
