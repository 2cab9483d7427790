"use client";
import { useQuery } from "@tanstack/react-query";
import { Eye, Play } from "lucide-react";
import { useState } from "react";
import { sagasQuery } from "@/components/api/sagas";
import { useMay } from "@/components/api/use-role";
import { Button, type ButtonProps } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { Tooltip } from "@/components/ui/tooltip";
import type { SagaSummary } from "@/contract/sagas";
import { ROLE_WORDS } from "./operation-button";
import { StartRunDialog } from "./start-run-dialog";

type Look = Pick<ButtonProps, "variant" | "size" | "disabled">;

type StartRunButtonProps = Look & Pick<SagaSummary, "type" | "title" | "mode">;

/** Opens the start form of one saga; of one that is only watched, what makes it begin. */
export function StartRunButton({ type, title, mode, ...look }: StartRunButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {mode === "observe" ? (
        <Button {...look} aria-label={`How it starts: ${title}`} onClick={() => setOpen(true)}>
          <Eye aria-hidden /> How it starts…
        </Button>
      ) : (
        <RunButton {...look} aria-label={`Run ${title}`} onClick={() => setOpen(true)} />
      )}
      <StartRunDialog saga={type} open={open} onOpenChange={setOpen} />
    </>
  );
}

/** Says why it cannot be used to those whose role starts nothing. */
function RunButton({ className, onClick, ...props }: Omit<ButtonProps, "children">) {
  const may = useMay("operator");
  return (
    <Tooltip content={may ? null : ROLE_WORDS}>
      <Button
        {...props}
        aria-disabled={may ? undefined : true}
        className={cn(!may && "border-line bg-canvas text-ink-3 hover:bg-canvas", className)}
        onClick={may ? onClick : undefined}
      >
        <Play aria-hidden /> Run…
      </Button>
    </Tooltip>
  );
}

/** Asks which saga first, of those that have a published version and are started by hand. */
export function StartAnyRunButton({ variant = "primary" }: Pick<ButtonProps, "variant">) {
  const [saga, setSaga] = useState<string | null>(null);
  const { data } = useQuery(sagasQuery);
  const runnable = data?.filter((candidate) => candidate.latestVersion > 0 && candidate.mode !== "observe") ?? [];
  if (!useMay("operator")) return <RunButton />;
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant={variant} disabled={runnable.length === 0}>
            <Play aria-hidden /> Run…
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuLabel>Start a run of</DropdownMenuLabel>
          {runnable.map((candidate) => (
            <DropdownMenuItem key={candidate.type} onSelect={() => setSaga(candidate.type)}>
              {candidate.title}
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
      {saga && <StartRunDialog saga={saga} open onOpenChange={(open) => !open && setSaga(null)} />}
    </>
  );
}
