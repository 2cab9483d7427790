"use client";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { testSubscription } from "@/components/api/subscriptions";
import { Button } from "@/components/ui/button";
import { formatDuration } from "@/components/ui/format";
import { inFieldWords } from "@/components/ui/in-field-words";
import { Notice } from "@/components/ui/notice";

/** Sends a test event as the subscription is saved, and shows what came back. */
export function TestNow({ id, isChanged = false }: { id: string; isChanged?: boolean }) {
  const test = useMutation({ mutationFn: () => testSubscription(id) });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <Button type="button" busy={test.isPending} onClick={() => test.mutate()}>
          <Send aria-hidden /> Send test event
        </Button>
        {isChanged && <span className="text-ink-3 text-xs">It goes to what is saved, without your changes.</span>}
      </div>
      {test.isError && (
        <Notice tone="failed" title="Not sent">
          {test.error.message}
        </Notice>
      )}
      {test.data && !test.data.ok && (
        <Notice tone="failed" title="Sent, and not taken">
          {inFieldWords(test.data.attempt.error ?? "")}
        </Notice>
      )}
      {test.data?.ok && (
        <Notice title="Taken">
          {test.data.attempt.status === undefined ? "The broker stored it" : `Answered ${test.data.attempt.status}`}{" "}
          after {formatDuration(test.data.attempt.ms)}.
        </Notice>
      )}
    </div>
  );
}
