"use client";
import type { LucideIcon } from "lucide-react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Tooltip } from "@/components/ui/tooltip";
import type { Offer } from "./offers";

export const ROLE_WORDS = "This needs the role operator; yours may only look.";

type OperationButtonProps = Pick<ButtonProps, "variant" | "size" | "children" | "aria-label"> & {
  offer: Offer;
  /** Whether the person's role allows operations at all. */
  may: boolean;
  icon: LucideIcon;
  onClick: () => void;
};

/** A button that stays in its place when it cannot be used, and then says why on hover and focus. */
export function OperationButton({ offer, may, icon: Icon, onClick, variant, children, ...rest }: OperationButtonProps) {
  const why = whyNot(offer, may);
  return (
    <Tooltip content={why}>
      <Button
        {...rest}
        variant={why ? "secondary" : (variant ?? "secondary")}
        aria-disabled={why ? true : undefined}
        className={cn(why && "border-line bg-canvas text-ink-3 hover:bg-canvas")}
        onClick={() => !why && onClick()}
      >
        <Icon aria-hidden />
        {children}
      </Button>
    </Tooltip>
  );
}

/** Why an operation is not offered to this person now; null when it is. */
export function whyNot(offer: Offer, may: boolean): string | null {
  if (!may) return ROLE_WORDS;
  return offer.ok ? null : offer.why;
}
