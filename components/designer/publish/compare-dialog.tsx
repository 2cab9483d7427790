"use client";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import type { SagaDocument } from "@/engine/definition/document";
import { toYaml } from "@/engine/definition/write";
import { ChangeWords } from "./change-words";
import { TextDiff } from "./text-diff";
import { useVersionDocument } from "./use-version-document";

type CompareDialogProps = { type: string; version: number; document: SagaDocument; onClose: () => void };

/** The draft beside a published version. */
export function CompareDialog({ type, version, document, onClose }: CompareDialogProps) {
  const { document: before } = useVersionDocument(type, version);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={`v${version} and the draft`}
        description="Left is the version, right the draft."
        className="top-[6vh] max-h-[88vh] w-[min(1120px,calc(100vw-32px))]"
      >
        {before ? (
          <div className="flex flex-col gap-4">
            <ChangeWords before={before} after={document} />
            <TextDiff sides before={toYaml(before)} after={toYaml(document)} className="max-h-[62vh]" />
          </div>
        ) : (
          <Skeleton className="h-40" />
        )}
      </DialogContent>
    </Dialog>
  );
}
