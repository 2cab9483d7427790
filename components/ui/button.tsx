import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn";

const variants = {
  primary: "bg-ink text-on-ink border-ink hover:opacity-90",
  secondary: "bg-raised text-ink border-line-strong hover:bg-hover",
  ghost: "bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-raised text-state-failed border-line-strong hover:bg-state-failed-soft",
} as const;

const sizes = {
  sm: "h-[26px] px-2 text-xs gap-1.5 [&>svg]:size-3.5",
  md: "h-[30px] px-3 text-sm gap-2 [&>svg]:size-3.5",
  lg: "h-9 px-4 text-base gap-2 [&>svg]:size-4",
  icon: "size-[30px] justify-center [&>svg]:size-4",
  "icon-sm": "size-[26px] justify-center [&>svg]:size-3.5",
} as const;

export type ButtonProps = ComponentProps<"button"> & {
  variant?: keyof typeof variants;
  size?: keyof typeof sizes;
  asChild?: boolean;
  /** Shows a spinner and takes no clicks, keeping its width. */
  busy?: boolean;
};

/** A verb. Primary is ink, and there is one on a screen; icon sizes need an `aria-label`. */
export function Button({
  variant = "secondary",
  size = "md",
  asChild,
  busy = false,
  className,
  children,
  ...props
}: ButtonProps) {
  const classes = cn(
    "relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md border font-medium transition-colors duration-150",
    "disabled:cursor-not-allowed disabled:border-line disabled:bg-canvas disabled:text-ink-3 aria-disabled:cursor-not-allowed",
    variants[variant],
    sizes[size],
    className,
  );
  if (asChild)
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    );
  return (
    <button
      type="button"
      className={classes}
      aria-busy={busy || undefined}
      {...props}
      disabled={props.disabled || busy}
    >
      {busy ? (
        <>
          <span className="inline-flex items-center gap-[inherit] opacity-0">{children}</span>
          <LoaderCircle aria-hidden className="absolute inset-0 m-auto animate-spin" />
        </>
      ) : (
        children
      )}
    </button>
  );
}
