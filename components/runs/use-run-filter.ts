"use client";
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { RunFilter } from "@/components/api/runs";
import { runLifecycle } from "@/contract/runs";

const parsers = {
  saga: parseAsString,
  state: parseAsArrayOf(parseAsStringLiteral(runLifecycle.options)),
  attention: parseAsBoolean,
  q: parseAsString,
};

/** The runs filter, which lives in the address: `?saga=&state=a,b&attention=true&q=`. */
export function useRunFilter() {
  const [values, set] = useQueryStates(parsers, { history: "replace" });
  const filter = useMemo<RunFilter>(
    () => ({
      saga: values.saga || undefined,
      states: values.state?.length ? values.state : undefined,
      attention: values.attention || undefined,
      q: values.q?.trim() || undefined,
    }),
    [values],
  );
  const active = Boolean(filter.saga || filter.states || filter.attention || filter.q);
  return { filter, active, values, set };
}
