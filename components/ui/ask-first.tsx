"use client";
import { type ComponentProps, type ReactNode, useState } from "react";
import { Button } from "./button";
import { Dialog, DialogClose, DialogContent } from "./dialog";

type AskFirstProps = Omit<ComponentProps<typeof Button>, "onClick" | "title"> & {
  title: string;
  /** What follows from it. */
  description: ReactNode;
  /** The button that does it. */
  yes: string;
  onYes: () => void;
};

/** A button for what cannot be taken back: it asks before it does it. */
export function AskFirst({ title, description, yes, onYes, ...button }: AskFirstProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...button} onClick={() => setOpen(true)} />
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent
          title={title}
          description={description}
          footer={
            <>
              <DialogClose asChild>
                <Button>Keep it</Button>
              </DialogClose>
              <Button
                variant="primary"
                onClick={() => {
                  setOpen(false);
                  onYes();
                }}
              >
                {yes}
              </Button>
            </>
          }
        />
      </Dialog>
    </>
  );
}
