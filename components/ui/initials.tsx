import { cn } from "./cn";

const lettersOf = (name: string) =>
  name
    .split(/[\s@.]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase())
    .join("");

/** A person as two letters; their name on hover and to a screen reader where the text beside it does not say it. */
export function Initials({
  name,
  labelled = false,
  className,
}: {
  name: string;
  labelled?: boolean;
  className?: string;
}) {
  return (
    <span
      title={labelled ? name : undefined}
      className={cn(
        "grid size-5 shrink-0 place-items-center rounded-full border border-line-strong bg-raised font-semibold text-[9px] text-ink-2",
        className,
      )}
    >
      <span aria-hidden>{lettersOf(name)}</span>
      {labelled && <span className="sr-only">{name}</span>}
    </span>
  );
}
