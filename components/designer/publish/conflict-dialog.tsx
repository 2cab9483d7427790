"use client";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { RelativeTime } from "@/components/ui/time";
import type { Draft } from "@/contract/sagas";
import { toYaml } from "@/engine/definition/write";
import type { Snapshot } from "../document/code";
import { toSnapshot } from "../document/snapshot";
import { TextDiff } from "./text-diff";

type ConflictDialogProps = { theirs: Draft; mine: Snapshot; onTheirs: () => void; onMine: () => void };

/** Somebody saved first. Nothing is lost silently: one sees both and chooses. */
export function ConflictDialog({ theirs, mine, onTheirs, onMine }: ConflictDialogProps) {
  return (
    <Dialog open>
      <DialogContent
        title={`${theirs.updatedBy ?? "Somebody"} saved this draft while you changed it`}
        description={
          <>
            Theirs is from <RelativeTime at={theirs.updatedAt} /> (left); yours is not saved (right). Load theirs and
            undo brings yours back; keep yours and theirs is written over.
          </>
        }
        className="top-[6vh] max-h-[88vh] w-[min(1120px,calc(100vw-32px))] [&>header>button]:hidden"
        onEscapeKeyDown={(event) => event.preventDefault()}
        onInteractOutside={(event) => event.preventDefault()}
        footer={
          <>
            <Button variant="danger" onClick={onMine}>
              Keep mine
            </Button>
            <Button variant="primary" onClick={onTheirs}>
              Load theirs
            </Button>
          </>
        }
      >
        <TextDiff
          sides
          before={toYaml(toSnapshot(theirs).document)}
          after={toYaml(mine.document)}
          className="max-h-[62vh]"
        />
      </DialogContent>
    </Dialog>
  );
}
