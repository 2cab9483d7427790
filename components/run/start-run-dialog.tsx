"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { versionQuery, versionsQuery } from "@/components/api/sagas";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { paths } from "@/contract/paths";
import { readDocument } from "@/engine/definition/document";
import { HowItStarts } from "./how-it-starts";
import { StartRunForm } from "./start-run-form";

type StartRunDialogProps = { saga: string; open: boolean; onOpenChange: (open: boolean) => void };

/** Starts a run of a saga's latest version, from a form made of its input schema, and goes to it. */
export function StartRunDialog({ saga, open, onOpenChange }: StartRunDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {open && <StartRun saga={saga} onClose={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function StartRun({ saga, onClose }: { saga: string; onClose: () => void }) {
  const router = useRouter();
  const versions = useQuery(versionsQuery(saga));
  const latest = versions.data?.items[0]?.number;
  const version = useQuery({ ...versionQuery(saga, latest ?? 0), enabled: latest !== undefined });
  const failed = [versions, version].find((query) => query.isError);
  const document = version.data && readDocument(version.data.document);
  const title = `Run ${saga}${latest === undefined ? "" : ` v${latest}`}`;
  if (document?.mode === "observe") return <HowItStarts document={document} onClose={onClose} />;
  if (document)
    return (
      <StartRunForm
        saga={saga}
        title={title}
        document={document}
        onClose={onClose}
        onStarted={(id) => router.push(paths.run(id))}
      />
    );
  return (
    <DialogContent title={title} footer={<Button onClick={onClose}>Close</Button>}>
      {failed?.error ? (
        <QueryError error={failed.error} what="The saga" needs="viewer" onRetry={() => failed.refetch()} />
      ) : versions.data && latest === undefined ? (
        <p className="text-ink-2 text-sm">This saga has no published version yet. Publish its draft to run it.</p>
      ) : (
        <Loading label="Loading the form" className="flex flex-col gap-3">
          <Skeleton className="h-[30px] w-full" />
          <Skeleton className="h-[30px] w-full" />
          <Skeleton className="h-20 w-full" />
        </Loading>
      )}
    </DialogContent>
  );
}
