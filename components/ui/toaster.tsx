"use client";
import { Toaster as Sonner } from "sonner";

export { toast } from "sonner";

/** Of a toast on a page whose top says in numbers what the toast is about. */
export const belowTheNumbers = { position: "bottom-center" } as const;

/** Once in the app: short confirmations, under the page header, where neither a log nor a button is covered. */
export function Toaster() {
  return (
    <Sonner
      position="top-center"
      offset={{ top: 64, bottom: 16 }}
      mobileOffset={{ top: 64, bottom: 16 }}
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-[340px] items-start gap-2 rounded-md border bg-raised px-3 py-2.5 text-sm text-ink shadow-float font-sans",
          title: "font-medium",
          description: "text-ink-2",
          icon: "mt-0.5 [&>svg]:size-4",
          error: "[&_[data-icon]]:text-state-failed",
          success: "[&_[data-icon]]:text-state-completed",
          actionButton: "ml-auto shrink-0 rounded-sm border border-line-strong px-2 text-xs font-medium",
        },
      }}
    />
  );
}
