"use client";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";
import { useDialogFocus } from "./use-dialog-focus";

export const Sheet = Primitive.Root;
export const SheetClose = Primitive.Close;

type SheetContentProps = Omit<ComponentProps<typeof Primitive.Content>, "title"> & {
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  width?: "md" | "lg";
};

/** A panel from the right for a plan or a longer form, with the page still in view beside it. */
export function SheetContent({
  title,
  description,
  footer,
  width = "md",
  className,
  children,
  ...props
}: SheetContentProps) {
  const focus = useDialogFocus();
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-scrim" />
      <Primitive.Content
        {...focus}
        {...(description ? {} : { "aria-describedby": undefined })}
        className={cn(
          "fixed inset-y-0 right-0 z-50 flex max-w-full animate-sheet-in flex-col border-l bg-panel shadow-float",
          width === "lg" ? "w-[640px]" : "w-[440px]",
          className,
        )}
        {...props}
      >
        <header className="flex min-h-14 items-center justify-between gap-4 border-b px-4 py-3">
          <div className="flex min-w-0 flex-col">
            <Primitive.Title className="font-semibold text-base">{title}</Primitive.Title>
            {description && <Primitive.Description className="text-ink-2 text-sm">{description}</Primitive.Description>}
          </div>
          <Primitive.Close asChild>
            <Button variant="ghost" size="icon-sm" aria-label="Close">
              <X aria-hidden />
            </Button>
          </Primitive.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        {footer && <footer className="flex items-center justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
      </Primitive.Content>
    </Primitive.Portal>
  );
}
