"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/components/api/fetcher";
import { draftQuery, publishDraft, sagasQuery, versionsQuery } from "@/components/api/sagas";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toaster";
import type { SagaDocument } from "@/engine/definition/document";
import { toYaml } from "@/engine/definition/write";
import type { Problem } from "@/engine/problem";
import { isEmpty } from "../document/problems";
import { isUnchanged, summarise } from "../document/summarise";
import type { Autosave } from "../state/autosave";
import { ChangeWords } from "./change-words";
import { MissingServicesNotice } from "./missing-services-notice";
import { TextDiff } from "./text-diff";
import { useVersionDocument } from "./use-version-document";

type PublishDialogProps = {
  type: string;
  latestVersion: number;
  document: SagaDocument;
  problems: readonly Problem[];
  autosave: Autosave;
  onClose: () => void;
  onProblems: () => void;
};

/** Makes the draft the next version: what it changes, a note, and what still forbids it. */
export function PublishDialog({
  type,
  latestVersion,
  document,
  problems,
  autosave,
  onClose,
  onProblems,
}: PublishDialogProps) {
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const { document: before, error: unreadable } = useVersionDocument(type, latestVersion);
  const errors = problems.filter((problem) => problem.severity === "error");
  const empty = isEmpty(document);
  const parts = document.reactions
    ? plural(document.reactions.length, "reaction")
    : plural(document.steps.length, "step");
  const unchanged = before ? isUnchanged(summarise(before, document)) : false;
  const publish = useMutation({
    mutationFn: async () => {
      if (!(await autosave.flush())) throw new Error("The draft is not saved yet, so it cannot be published.");
      return publishDraft(type, { note: note.trim(), revision: autosave.revision() });
    },
    onSuccess: (version) => {
      toast.success(`${type} v${version.number} is published`, {
        description: "New runs use it; live runs keep theirs.",
      });
      void client.invalidateQueries({ queryKey: versionsQuery(type).queryKey });
      void client.invalidateQueries({ queryKey: draftQuery(type).queryKey });
      void client.invalidateQueries({ queryKey: sagasQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={`Publish v${latestVersion + 1}`}
        description="A version never changes again. New runs use it; live runs keep the one they began with."
        className="w-[min(760px,calc(100vw-32px))]"
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              variant="primary"
              busy={publish.isPending}
              disabled={errors.length > 0 || empty || unchanged || before === undefined}
              onClick={() => publish.mutate()}
            >
              Publish v{latestVersion + 1}
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4">
          {errors.length > 0 && (
            <Notice
              tone="failed"
              title={`${plural(errors.length, "error")} to mend first`}
              action={
                <Button size="sm" onClick={onProblems}>
                  Show problems
                </Button>
              }
            >
              {errors[0]?.message}
            </Notice>
          )}
          {errors.length === 0 && empty && (
            <Notice tone="failed" title={`Add a first ${document.reactions ? "reaction" : "step"}`}>
              A version has at least one.
            </Notice>
          )}
          <MissingServicesNotice document={document} />
          {unreadable && (
            <Notice tone="failed" title={`Version ${latestVersion} could not be loaded`}>
              {unreadable.message}
            </Notice>
          )}
          {before === undefined && !unreadable && <Skeleton className="h-24" />}
          {before === null && !empty && <p className="text-ink-2 text-sm">The first version: {parts}.</p>}
          {before && (
            <>
              <ChangeWords before={before} after={document} />
              {!unchanged && <TextDiff before={toYaml(before)} after={toYaml(document)} className="max-h-[36vh]" />}
            </>
          )}
          <Field label="Note" hint="Why this version exists; shown in the list of versions.">
            <Textarea rows={2} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
          </Field>
          {publish.isError && (
            <Notice tone="failed" title="Not published">
              {publish.error.message}
              {publish.error instanceof ApiError &&
                publish.error.problems[0] &&
                ` ${publish.error.problems[0].message}`}
            </Notice>
          )}
        </div>
      </DialogContent>
    </Dialog>
  );
}
