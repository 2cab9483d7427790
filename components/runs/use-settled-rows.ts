"use client";
import { useState } from "react";
import type { RunSummary } from "@/contract/runs";
import { type Settled, settle } from "./settled-rows";

const NONE: Settled = new Set();

/** `settle` with memory; another `list` (another filter) begins anew. */
export function useSettledRows(items: readonly RunSummary[], list: string) {
  const [memory, setMemory] = useState({ list, settled: NONE });
  const known = memory.list === list ? memory.settled : NONE;
  const { rows, settled, waiting } = settle(items, known);
  if (settled !== known || memory.list !== list) setMemory({ list, settled });
  return { rows, waiting, letIn: () => setMemory({ list, settled: NONE }) };
}
