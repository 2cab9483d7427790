"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  deadLetterQuery,
  discardDeadLetter,
  refreshDeadLetters,
  replayDeadLetter,
} from "@/components/api/dead-letters";
import { useMay } from "@/components/api/use-role";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/field";
import { formatDateTime } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toaster";
import type { DeadLetterView } from "@/contract/brokers";
import { limits } from "@/engine/limits";
import { readable } from "./readable";
import { sourceWords } from "./source-words";

/** One message as it came, why it could not be taken, and the two things to do about it. */
export function DeadLetterSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const letter = useQuery(deadLetterQuery(id));
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent
        width="lg"
        title="Dead letter"
        description={letter.data && sourceWords(letter.data.source)}
        footer={letter.data && letter.data.replayedAt === null && <Actions letter={letter.data} onDone={onClose} />}
      >
        {letter.isPending ? (
          <Loading label="Loading the message" className="flex flex-col gap-3">
            <Skeleton className="w-64" />
            <Skeleton className="h-40 w-full" />
          </Loading>
        ) : letter.isError ? (
          <QueryError error={letter.error} what="The message" needs="viewer" onRetry={() => void letter.refetch()} />
        ) : (
          <Letter letter={letter.data} />
        )}
      </SheetContent>
    </Sheet>
  );
}

function Letter({ letter }: { letter: DeadLetterView }) {
  const { reason, detail, subject, at, body, headers, replayedAt, replayedBy } = letter;
  return (
    <div className="flex flex-col gap-5">
      {replayedAt ? (
        <Notice title="It was taken after all">
          Replayed by {replayedBy} at {formatDateTime(replayedAt)}.
        </Notice>
      ) : (
        <Notice tone="attention" title={reason}>
          {detail}
        </Notice>
      )}
      <dl className="grid grid-cols-[104px_1fr] gap-y-1.5 text-sm [&>dd]:min-w-0 [&>dd]:break-words [&>dt]:text-ink-3">
        <dt>Came</dt>
        <dd>{formatDateTime(at)}</dd>
        {subject && (
          <>
            <dt>At</dt>
            <dd className="font-mono text-xs leading-5">{subject}</dd>
          </>
        )}
      </dl>
      <Part title="Message">
        <CodeBlock label="Message" value={readable(body)} maxHeight={420} />
      </Part>
      {Object.keys(headers).length > 0 && (
        <Part title="Headers">
          <CodeBlock label="Headers" value={headers} maxHeight={200} />
        </Part>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-semibold text-sm">{title}</h3>
      {children}
    </div>
  );
}

/** Replay, or discard with a reason. Who may only look is told what it needs. */
function Actions({ letter, onDone }: { letter: DeadLetterView; onDone: () => void }) {
  const client = useQueryClient();
  const operator = useMay("operator");
  const [reason, setReason] = useState<string | null>(null);
  const gone = (said: string) => {
    toast.success(said);
    void refreshDeadLetters(client);
    onDone();
  };
  const replay = useMutation({
    mutationFn: () => replayDeadLetter(letter.id),
    onSuccess: (replayed) => {
      if (replayed.result === "taken") return gone("The message was taken");
      void refreshDeadLetters(client);
      toast.error("Still not taken", { description: replayed.detail });
    },
    onError: (error) => toast.error("Not replayed", { description: error.message }),
  });
  const discard = useMutation({
    mutationFn: (why: string) => discardDeadLetter(letter.id, why),
    onSuccess: () => gone("The message was discarded"),
    onError: (error) => toast.error("Not discarded", { description: error.message }),
  });
  if (!operator) return <p className="mr-auto text-ink-2 text-sm">To replay or discard it needs the role operator.</p>;
  if (reason === null)
    return (
      <>
        <Button variant="danger" className="mr-auto" onClick={() => setReason("")}>
          Discard…
        </Button>
        <Button variant="primary" busy={replay.isPending} onClick={() => replay.mutate()}>
          Replay
        </Button>
      </>
    );
  return (
    <form
      className="flex flex-1 items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") discard.mutate(reason.trim());
      }}
    >
      <Field label="Why is it discarded?" className="flex-1">
        <Input autoFocus maxLength={limits.reason} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      <Button onClick={() => setReason(null)}>Keep it</Button>
      <Button variant="primary" type="submit" busy={discard.isPending} disabled={reason.trim() === ""}>
        Discard message
      </Button>
    </form>
  );
}
