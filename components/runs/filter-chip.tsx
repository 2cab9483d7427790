"use client";
import { ChevronDown, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { DropdownMenu, DropdownMenuContent, DropdownMenuTrigger } from "@/components/ui/dropdown-menu";

type FilterChipProps = {
  label: string;
  /** What is chosen; nothing when the filter is off. */
  value?: ReactNode;
  onClear: () => void;
  children: ReactNode;
};

/** One filter: its name while off, name and value and a cross while on. */
export function FilterChip({ label, value, onClear, children }: FilterChipProps) {
  const on = value !== undefined && value !== null;
  return (
    <div className={cn("flex items-center rounded-md", on && "bg-selected")}>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button
            size="sm"
            className={cn(on ? "rounded-r-none border-r-0 bg-transparent" : "border-dashed text-ink-2")}
          >
            {label}
            {on && <span className="font-semibold text-ink">{value}</span>}
            <ChevronDown aria-hidden className="text-ink-3" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start" className="max-h-80 overflow-y-auto">
          {children}
        </DropdownMenuContent>
      </DropdownMenu>
      {on && (
        <Button
          size="icon-sm"
          aria-label={`Clear ${label.toLowerCase()}`}
          onClick={onClear}
          className="rounded-l-none bg-transparent"
        >
          <X aria-hidden />
        </Button>
      )}
    </div>
  );
}
