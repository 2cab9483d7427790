"use client";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { servicesQuery } from "@/components/api/services";
import { StartRunDialog } from "@/components/run/start-run-dialog";
import type { Draft } from "@/contract/sagas";
import type { CanvasDoor } from "./canvas/canvas-door";
import { EventDialog, type EventQuestion } from "./canvas/event-question";
import { useDockTab } from "./dock/designer-dock";
import { type InspectorTab, problemsOf } from "./document/problems";
import { DesignerHeader } from "./header/designer-header";
import { CompareDialog } from "./publish/compare-dialog";
import { ConflictDialog } from "./publish/conflict-dialog";
import { PublishDialog } from "./publish/publish-dialog";
import { VersionsSheet } from "./publish/versions-sheet";
import { DesignerContext, type DesignerContextValue } from "./state/designer-context";
import { useDraft } from "./state/use-draft";
import { VersionView } from "./version-view";
import { Workbench } from "./workbench";

type DesignerProps = { draft: Draft; mayEdit: boolean; mayRun: boolean };
type Open = "publish" | "compare" | "versions" | "run" | null;

const NO_SERVICES: DesignerContextValue["services"] = [];

/** A draft on its workbench, and the dialogs around it. */
export function Designer({ draft, mayEdit, mayRun }: DesignerProps) {
  const editing = useDraft(draft, mayEdit);
  const { history, saving, autosave, dispatch, change, take } = editing;
  const { present } = history;
  const services = useQuery(servicesQuery).data ?? NO_SERVICES;
  const [selected, select] = useState<readonly string[]>([]);
  const [tab, setTab] = useState<InspectorTab>("step");
  const [open, setOpen] = useState<Open>(null);
  const [question, ask] = useState<EventQuestion | null>(null);
  const [viewed, setViewed] = useState<number | null>(null);
  const [, setDockTab] = useDockTab();
  const canvas = useRef<CanvasDoor>(null);
  const checked = useDeferredValue(present);
  const problems = useMemo(() => problemsOf(checked), [checked]);
  const undo = useCallback(() => dispatch({ type: "undo" }), [dispatch]);
  const redo = useCallback(() => dispatch({ type: "redo" }), [dispatch]);
  const readOnly = !mayEdit || present.broken !== null;
  const published = editing.latestVersion > 0;
  const value = useMemo(
    (): DesignerContextValue => ({
      document: present.document,
      mayEdit,
      readOnly,
      published,
      problems,
      services,
      selected,
      select,
      change,
      undo,
      redo,
      ask,
      canvas,
      tab,
      setTab,
    }),
    [present.document, mayEdit, readOnly, published, problems, services, selected, change, undo, redo, tab],
  );
  const close = () => setOpen(null);
  return (
    <DesignerContext value={value}>
      <div className="flex h-full min-h-0 flex-col">
        <DesignerHeader
          type={draft.type}
          latestVersion={editing.latestVersion}
          saving={saving}
          people={editing.people}
          mayEdit={mayEdit}
          mayRun={mayRun}
          onSave={() => void autosave.flush()}
          onCompare={() => setOpen("compare")}
          onHistory={() => setOpen("versions")}
          onRun={() => setOpen("run")}
          onPublish={() => setOpen("publish")}
        />
        {viewed === null ? (
          <Workbench
            history={history}
            onType={(text) => dispatch({ type: "type-code", text, at: Date.now() })}
            onDiscard={() => dispatch({ type: "discard-code" })}
          />
        ) : (
          <VersionView
            type={draft.type}
            number={viewed}
            mayRestore={mayEdit}
            onRestore={(document) => {
              change({ type: "replace", document });
              setViewed(null);
            }}
            onClose={() => setViewed(null)}
          />
        )}
      </div>
      {question && <EventDialog question={question} onClose={() => ask(null)} />}
      {open === "publish" && (
        <PublishDialog
          type={draft.type}
          latestVersion={editing.latestVersion}
          document={present.document}
          problems={problems}
          autosave={autosave}
          onClose={close}
          onProblems={() => {
            setDockTab("problems");
            close();
          }}
        />
      )}
      {open === "compare" && (
        <CompareDialog type={draft.type} version={editing.latestVersion} document={present.document} onClose={close} />
      )}
      {open === "versions" && (
        <VersionsSheet
          type={draft.type}
          onClose={close}
          onView={(number) => {
            setViewed(number);
            close();
          }}
        />
      )}
      <StartRunDialog saga={draft.type} open={open === "run"} onOpenChange={(now) => setOpen(now ? "run" : null)} />
      {saving.status === "conflict" && saving.theirs && (
        <ConflictDialog
          theirs={saving.theirs}
          mine={present}
          onTheirs={() => saving.theirs && take(saving.theirs)}
          onMine={() => saving.theirs && autosave.rebase(saving.theirs, null)}
        />
      )}
    </DesignerContext>
  );
}
