"use client";
import type { FormEventHandler, ReactNode } from "react";
import { Button } from "./button";
import { Notice } from "./notice";
import { Sheet, SheetClose, SheetContent } from "./sheet";

type RecordSheetProps = {
  title: string;
  description: string;
  /** The button that saves. */
  save: string;
  saving: boolean;
  failure: Error | null;
  /** What else can be done with the record. */
  actions?: ReactNode;
  /** Instead of the form, once it is saved: what is shown this once. */
  shownOnce?: ReactNode;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onClose: () => void;
  children: ReactNode;
};

const formId = "record";

/** Something that is registered: made or changed in a form at the side. */
export function RecordSheet(props: RecordSheetProps) {
  const { title, description, save, saving, failure, actions, shownOnce, onSubmit, onClose, children } = props;
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent
        title={title}
        description={description}
        footer={
          shownOnce ? (
            <Button variant="primary" onClick={onClose}>
              I have stored it
            </Button>
          ) : (
            <>
              {actions && <div className="mr-auto flex gap-2">{actions}</div>}
              <SheetClose asChild>
                <Button>Cancel</Button>
              </SheetClose>
              <Button variant="primary" type="submit" form={formId} busy={saving}>
                {save}
              </Button>
            </>
          )
        }
      >
        {shownOnce ?? (
          <form id={formId} className="flex flex-col gap-4" noValidate onSubmit={onSubmit}>
            {children}
            {failure && (
              <Notice tone="failed" title="Not done">
                {failure.message}
              </Notice>
            )}
          </form>
        )}
      </SheetContent>
    </Sheet>
  );
}
