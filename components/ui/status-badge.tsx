import { runLook, type StateLook, stateLooks } from "@/components/canvas/status";
import type { Rollback, RunLifecycle } from "@/engine/run/state";
import { cn } from "./cn";

type LookProps = { look: StateLook; bare?: boolean; className?: string };

/** Icon, word and hue of a state: on its soft ground, or `bare` in a table cell. */
export function StatusBadge({ look, bare = false, className }: LookProps) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 align-middle whitespace-nowrap text-xs",
        look.text,
        bare
          ? "font-medium"
          : ["h-[22px] rounded-sm px-2 font-semibold", look.soft, look.token === "skipped" && "border border-dashed"],
        className,
      )}
    >
      <StatusIcon look={look} />
      {look.word}
    </span>
  );
}

/** Only the icon, for places where the word is beside it; spins while something runs. */
export function StatusIcon({ look, className }: { look: StateLook; className?: string }) {
  const Icon = look.icon;
  return (
    <Icon
      aria-hidden
      strokeWidth={2.25}
      className={cn(
        "size-3.5 shrink-0",
        look.text,
        look.icon === stateLooks.executing.icon && "animate-spin",
        className,
      )}
    />
  );
}

/** The badge of a run: its state, or how its rollback ended. */
export function RunBadge({
  run,
  ...rest
}: { run: { state: RunLifecycle; rollback?: Rollback | null } } & Omit<LookProps, "look">) {
  return <StatusBadge look={runLook(run)} {...rest} />;
}

/** "Needs attention", in words and orange. */
export function AttentionBadge({ word = "Needs attention", ...rest }: { word?: string } & Omit<LookProps, "look">) {
  return <StatusBadge look={{ ...stateLooks.attention, word }} {...rest} />;
}
