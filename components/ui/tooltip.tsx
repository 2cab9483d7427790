"use client";
import { Tooltip as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

/** Once around the app: a second tooltip soon after the first opens at once. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Primitive.Provider delayDuration={400}>{children}</Primitive.Provider>;
}

type TooltipProps = { content: ReactNode; children: ReactNode } & Pick<
  ComponentProps<typeof Primitive.Content>,
  "side" | "align"
>;

/** A few words about the control it wraps, on hover and on focus. Never the only place something is said. */
export function Tooltip({ content, children, side = "top", align = "center" }: TooltipProps) {
  if (!content) return children;
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 animate-fade-in rounded-md bg-ink px-2 py-1 text-on-ink text-xs shadow-float"
        >
          {content}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
