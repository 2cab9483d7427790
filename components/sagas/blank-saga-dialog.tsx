"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { putDraft, sagasQuery } from "@/components/api/sagas";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field, Label } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { paths } from "@/contract/paths";
import { blankSaga, type Style } from "./blank-saga";
import { problemOfType, typeFromTitle } from "./saga-type";

const styles = [
  {
    value: "orchestration",
    label: "Orchestration",
    meaning: "One definition says what is sent to whom, in which order, and what undoes it.",
  },
  {
    value: "choreography",
    label: "Choreography",
    meaning: "Services react to each other's events and nobody is in charge: driven from here, or only watched.",
  },
] as const;

/** Asks for a name and a style, and opens an empty canvas. */
export function BlankSagaDialog({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [typed, setTyped] = useState<string>();
  const [style, setStyle] = useState<Style>("orchestration");
  const styleId = useId();
  const router = useRouter();
  const client = useQueryClient();
  const type = typed ?? typeFromTitle(title);
  const problem = type ? problemOfType(type, taken) : null;
  const create = useMutation({
    mutationFn: () => putDraft(type, { document: blankSaga(type, title.trim() || type, style) }, 0),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: sagasQuery.queryKey });
      router.push(paths.saga(type));
    },
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="New saga"
        description="Give it a name; the canvas opens empty."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              variant="primary"
              type="submit"
              form="new-saga"
              busy={create.isPending}
              disabled={!type || problem !== null}
            >
              Create saga
            </Button>
          </>
        }
      >
        <form
          id="new-saga"
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (type && !problem) create.mutate();
          }}
        >
          <Field label="Name" hint="What people read, e.g. Order fulfillment.">
            <Input
              value={title}
              maxLength={120}
              autoComplete="off"
              onChange={(event) => setTitle(event.target.value)}
            />
          </Field>
          <Field label="Type" error={problem} hint="What programs use in addresses and events. It cannot change later.">
            <Input
              mono
              value={type}
              maxLength={80}
              autoComplete="off"
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
          <div className="flex flex-col gap-1.5">
            <Label id={styleId}>Style</Label>
            <Segmented<Style>
              aria-labelledby={styleId}
              value={style}
              onValueChange={setStyle}
              options={styles.map(({ value, label }) => ({ value, label }))}
            />
            <p className="text-ink-3 text-xs">{styles.find(({ value }) => value === style)?.meaning}</p>
          </div>
          {create.isError && (
            <Notice tone="failed" title="The saga was not created">
              {create.error.message}
            </Notice>
          )}
        </form>
      </DialogContent>
    </Dialog>
  );
}
