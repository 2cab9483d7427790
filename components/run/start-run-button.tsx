"use client";
import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { sagasQuery } from "@/components/api/sagas";
import { Button, type ButtonProps } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { StartRunDialog } from "./start-run-dialog";

type Look = Pick<ButtonProps, "variant" | "size" | "disabled">;

/** Opens the start form of one saga. */
export function StartRunButton({ saga, title, ...look }: Look & { saga: string; title?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...look} aria-label={title && `Run ${title}`} onClick={() => setOpen(true)}>
        <Play aria-hidden /> Run…
      </Button>
      <StartRunDialog saga={saga} open={open} onOpenChange={setOpen} />
    </>
  );
}

/** Asks which saga first, of those that have a published version. */
export function StartAnyRunButton({ variant = "primary" }: Pick<ButtonProps, "variant">) {
  const [saga, setSaga] = useState<string | null>(null);
  const { data } = useQuery(sagasQuery);
  const runnable = data?.filter((candidate) => candidate.latestVersion > 0) ?? [];
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
