import { uuidShape } from "../uuid";

/** Which decision is meant: a step of a run, and which time it is asked. */
export type ApprovalId = { readonly run: string; readonly step: string; readonly generation: number };

export function formatApprovalId({ run, step, generation }: ApprovalId): string {
  return `${run}.${step}.${generation}`;
}

/** Null for what is no such id. */
export function parseApprovalId(id: string): ApprovalId | null {
  const [run = "", step = "", generation = "", ...rest] = id.split(".");
  if (rest.length > 0 || !uuidShape.test(run) || !/^[a-z][a-z0-9_]{0,79}$/.test(step)) return null;
  if (!/^[1-9]\d{0,8}$/.test(generation)) return null;
  return { run: run.toLowerCase(), step, generation: Number(generation) };
}
