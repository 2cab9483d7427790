import { cn } from "@/components/ui/cn";

/**
 * What a step is about. Lines break between its parts and not within one; the dots that part them lie left of each part,
 * so that at the start of a line they are cut off.
 */
export function AboutLine({ about, className }: { about: string; className?: string }) {
  return (
    <span title={about} className={cn("overflow-hidden text-ink-2 text-xs", className)}>
      <span className="-ml-3 flex flex-wrap">
        {about.split(" · ").map((part) => (
          <span
            key={part}
            className="relative max-w-full truncate pl-3 before:absolute before:left-[4.5px] before:content-['·']"
          >
            {part}
          </span>
        ))}
      </span>
    </span>
  );
}
