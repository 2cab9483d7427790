"use client";
import { Slot } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "./cn";

type FieldProps = {
  label: ReactNode;
  /** One control: it gets the id, the description and the invalid mark. */
  children: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** Quiet text at the right end of the label's line. */
  aside?: ReactNode;
  required?: boolean;
  className?: string;
};

/** A label, its control, a hint, and what is wrong with it. */
export function Field({ label, children, hint, error, aside, required, className }: FieldProps) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-3">
        <Label htmlFor={id} id={`${id}-label`}>
          {label}
          {required && <span className="text-ink-3 font-normal"> (required)</span>}
        </Label>
        {aside && <span className="text-ink-3 text-xs">{aside}</span>}
      </div>
      <Slot.Root
        id={id}
        aria-labelledby={`${id}-label`}
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
      >
        {children}
      </Slot.Root>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && (
        <p id={`${id}-hint`} className="text-ink-3 text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}

/** The name of a control. */
export function Label({
  htmlFor,
  id,
  className,
  children,
}: {
  htmlFor?: string;
  id?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <label htmlFor={htmlFor} id={id} className={cn("font-medium text-ink-2 text-xs", className)}>
      {children}
    </label>
  );
}

/** What is wrong with a field, said where it is. */
export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="text-state-failed text-xs">
      {children}
    </p>
  );
}
