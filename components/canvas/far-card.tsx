import { cn } from "@/components/ui/cn";
import type { StateLook } from "./status";

/** A card seen from far away: its title, and its state as a ground and a large sign. */
export function FarCard({ title, look }: { title: string; look: StateLook | null }) {
  const Icon = look?.icon;
  return (
    <div className={cn("flex size-full items-center gap-3 pr-3 pl-4", look?.soft)}>
      <span className="line-clamp-2 min-w-0 flex-1 break-words font-semibold text-ink text-xl leading-7">{title}</span>
      {Icon && (
        <>
          <span className="sr-only">{look.word}</span>
          <Icon aria-hidden strokeWidth={2.5} className={cn("size-9 shrink-0", look.text)} />
        </>
      )}
    </div>
  );
}
