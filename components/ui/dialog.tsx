"use client";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";
import { useDialogFocus } from "./use-dialog-focus";

export const Dialog = Primitive.Root;
export const DialogClose = Primitive.Close;

type DialogContentProps = Omit<ComponentProps<typeof Primitive.Content>, "title"> & {
  title: ReactNode;
  description?: ReactNode;
  /** The row of buttons at the bottom. */
  footer?: ReactNode;
};

/** A question or a short form in the middle of the screen. Esc and the cross close it. */
export function DialogContent({ title, description, footer, className, children, ...props }: DialogContentProps) {
  const focus = useDialogFocus();
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-50 animate-fade-in bg-scrim" />
      <Primitive.Content
        {...focus}
        {...(description ? {} : { "aria-describedby": undefined })}
        className={cn(
          "fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[min(480px,calc(100vw-32px))] -translate-x-1/2 animate-pop-in flex-col rounded-lg border bg-raised shadow-float",
          className,
        )}
        {...props}
      >
        <header className="flex items-start justify-between gap-4 px-4 pt-4">
          <div className="flex flex-col gap-1">
            <Primitive.Title className="font-semibold text-lg">{title}</Primitive.Title>
            {description && <Primitive.Description className="text-ink-2 text-sm">{description}</Primitive.Description>}
          </div>
          <Primitive.Close asChild>
            <Button variant="ghost" size="icon-sm" aria-label="Close">
              <X aria-hidden />
            </Button>
          </Primitive.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">{children}</div>
        {footer && <footer className="flex justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
      </Primitive.Content>
    </Primitive.Portal>
  );
}
