"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useState, useSyncExternalStore } from "react";
import { draftQuery, putDraft, sagasQuery, versionsQuery } from "@/components/api/sagas";
import { useDefinitionRoom } from "@/components/api/use-rooms";
import { toast } from "@/components/ui/toaster";
import type { Draft } from "@/contract/sagas";
import type { Change } from "../changes/change";
import { beginHistory, historyReducer } from "../document/history";
import { toSave, toSnapshot } from "../document/snapshot";
import { createAutosave } from "./autosave";

/** A draft being edited: its history, its saving, and who else is here. */
export function useDraft(initial: Draft, mayEdit: boolean) {
  const client = useQueryClient();
  const { type } = initial;
  const [history, dispatch] = useReducer(historyReducer, initial, (draft) => beginHistory(toSnapshot(draft)));
  const [autosave] = useState(() =>
    createAutosave(initial, history.present, {
      save: (snapshot, revision) => putDraft(type, toSave(snapshot), revision),
      load: () => client.fetchQuery({ ...draftQuery(type), staleTime: 0 }),
      onSaved: (draft) => {
        client.setQueryData(draftQuery(type).queryKey, draft);
        void client.invalidateQueries({ queryKey: sagasQuery.queryKey });
      },
    }),
  );
  const saving = useSyncExternalStore(autosave.subscribe, autosave.read, autosave.read);
  const { present } = history;
  useEffect(() => {
    if (mayEdit) autosave.changed(present);
  }, [autosave, present, mayEdit]);
  useEffect(() => () => void autosave.flush(), [autosave]);
  useLeaveGuard(saving.status !== "saved");

  const take = useCallback(
    (theirs: Draft) => {
      const snapshot = toSnapshot(theirs);
      autosave.rebase(theirs, snapshot);
      dispatch({ type: "load", snapshot });
    },
    [autosave],
  );
  const { people, changed } = useDefinitionRoom(type);
  useEffect(() => {
    if (!changed) return;
    void client.invalidateQueries({ queryKey: versionsQuery(type).queryKey });
    if (changed.revision <= autosave.revision() || autosave.read().status !== "saved") return;
    void client.fetchQuery({ ...draftQuery(type), staleTime: 0 }).then(
      (theirs) => {
        if (theirs.revision <= autosave.revision() || autosave.read().status !== "saved") return;
        take(theirs);
        toast(`${changed.by} saved changes to this draft`, {
          description: "They are shown now; undo brings yours back.",
        });
      },
      () => undefined,
    );
  }, [changed, client, type, autosave, take]);

  return {
    history,
    saving,
    people,
    autosave,
    latestVersion: Math.max(initial.latestVersion, changed?.latestVersion ?? 0),
    take,
    dispatch,
    change: useCallback(
      (change: Change, merge?: string) =>
        dispatch({ type: "change", change, at: Date.now(), ...(merge === undefined ? {} : { merge }) }),
      [],
    ),
  };
}

/** The browser asks before the page is left with something unsaved. */
function useLeaveGuard(unsaved: boolean) {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [unsaved]);
}
