"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendSignal } from "@/components/api/approvals";
import { refreshRun } from "@/components/api/run";
import { Button } from "@/components/ui/button";
import { FieldError, Label } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { toast } from "@/components/ui/toaster";
import { LazyJsonEditor } from "./lazy-json-editor";
import { parseJson } from "./parse-json";

type SignalSheetProps = {
  /** The signal's name; null: the sheet is closed. */
  signal: string | null;
  run: string;
  /** Whether a step waits for it now; else the run keeps it. */
  waiting: boolean;
  onClose: () => void;
};

/** Sends a run a word from outside, with its data. */
export function SignalSheet({ signal, onClose, ...rest }: SignalSheetProps) {
  return (
    <Sheet open={signal !== null} onOpenChange={(open) => !open && onClose()}>
      {signal !== null && <SignalForm signal={signal} onClose={onClose} {...rest} />}
    </Sheet>
  );
}

function SignalForm({ signal, run, waiting, onClose }: SignalSheetProps & { signal: string }) {
  const client = useQueryClient();
  const [text, setText] = useState("{}");
  const data = parseJson(text);
  const send = useMutation({
    mutationFn: () => sendSignal({ signal, run, data: data.ok ? data.value : null }),
    onSuccess: ({ seq }) => {
      toast.success(`${signal} is sent`);
      refreshRun(client, run, seq);
      onClose();
    },
  });
  return (
    <SheetContent
      title={`Send ${signal}`}
      description={
        waiting
          ? "A step waits for it now; the data are its result."
          : "No step waits for it yet: the run keeps it until one does."
      }
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button variant="primary" busy={send.isPending} disabled={!data.ok} onClick={() => send.mutate()}>
            Send signal
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {send.error && (
          <Notice tone="failed" title="It was not sent">
            {send.error.message}
          </Notice>
        )}
        <div className="flex flex-col gap-1.5">
          <Label>Data</Label>
          <LazyJsonEditor label="Data of the signal" value={text} onChange={setText} />
          {!data.ok && <FieldError>{data.message}</FieldError>}
          <p className="text-ink-3 text-xs">Later steps read it as this step's result. null for none.</p>
        </div>
      </div>
    </SheetContent>
  );
}
