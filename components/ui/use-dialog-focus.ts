"use client";
import { useRef } from "react";

const FIELDS = "input:not([type=hidden]):not([type=file]):not([readonly]):not([disabled]), textarea:not([disabled])";

/**
 * Where the focus goes when a dialog opens and closes: to the first thing to fill in rather than the cross that closes it,
 * and back to whatever it was opened from, which is any button of the page.
 */
export function useDialogFocus() {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event: Event) => {
      opener.current = document.activeElement;
      const field =
        event.currentTarget instanceof Element ? event.currentTarget.querySelector<HTMLElement>(FIELDS) : null;
      if (!field) return;
      event.preventDefault();
      field.focus();
    },
    onCloseAutoFocus: (event: Event) => {
      if (!(opener.current instanceof HTMLElement) || !opener.current.isConnected) return;
      event.preventDefault();
      opener.current.focus();
    },
  };
}
