"use client";
import { useState } from "react";
import type { RunSummary } from "@/contract/runs";
import { settle } from "./settled-rows";

type Rows = readonly RunSummary[];
const NONE: Rows = [];

/** `settle` with memory; another `list` (another filter) begins anew, and so does `letIn`. */
export function useSettledRows(items: Rows, list: string) {
  const [memory, setMemory] = useState({ list, shown: NONE });
  const known = memory.list === list ? memory.shown : NONE;
  const { rows, waiting } = settle(items, known);
  if (memory.list !== list || (rows !== memory.shown && rows.length > 0)) setMemory({ list, shown: rows });
  return { rows, waiting, letIn: () => setMemory({ list, shown: NONE }) };
}
