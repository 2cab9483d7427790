import { cn } from "@/components/ui/cn";
import type { Distance } from "../canvas-context";
import { onSolid, type StateLook } from "../status";

type FarCardProps = {
  title: string;
  look: StateLook | null;
  distance: Extract<Distance, "far" | "map">;
  /** What is around it has the state's ground already. */
  bare?: boolean;
};

/** A card seen from far away: its title and a large sign on its state's ground; from further, the sign alone on the full hue. */
export function FarCard({ title, look, distance, bare = false }: FarCardProps) {
  const Icon = look?.icon;
  const map = distance === "map";
  return (
    <div
      className={cn(
        "flex size-full items-center gap-3",
        !bare && ["pr-3 pl-4", map ? (look ? look.solid : "bg-line-strong") : look?.soft],
        map && "justify-center",
      )}
    >
      <span
        className={cn(
          map ? "sr-only" : "line-clamp-3 min-w-0 flex-1 break-words font-semibold text-[25px] text-ink leading-[28px]",
        )}
      >
        {title}
      </span>
      {Icon && (
        <>
          <span className="sr-only">{look.word}</span>
          <Icon
            aria-hidden
            strokeWidth={map ? 3 : 2.5}
            className={cn("shrink-0", map ? [bare ? "size-12" : "size-16", onSolid] : ["size-9", look.text])}
          />
        </>
      )}
    </div>
  );
}
