/** What inbox rows hold, by kind. A row may be older than the server that reads it. */
import type { ChildEnded, Json, Operation, Outcome, ParentAsk, TellRun, ToldEvent } from "@/engine";
import type { Part } from "@/engine/run/state";
import type { MessageRow } from "./sql/flush";
import { toStorable } from "./storable";

export type OperationPayload = {
  readonly actor: string;
  readonly person?: string | null;
  readonly operation: Operation;
};

export type SignalPayload = {
  readonly actor: string;
  readonly person?: string;
  readonly signal: string;
  readonly data: Json;
};

export type DecisionPayload = {
  readonly actor: string;
  readonly person: string | null;
  readonly step: string;
  readonly generation: number;
  readonly decision: "approve" | "reject";
  readonly form: Json;
  readonly comment: string;
};

/** `event`: the id that the reply came with. */
export type ReplyPayload = {
  readonly event: string;
  readonly step: string;
  readonly half: Part;
  readonly item?: number;
  readonly attempt?: number;
  readonly generation?: number;
  readonly outcome: Outcome;
  readonly actor?: string;
  readonly person?: string;
};

export type EventPayload = { readonly event: ToldEvent };

export type ParentPayload = { readonly ask: ParentAsk; readonly generation: number };

export type ChildPayload = { readonly ended: ChildEnded };

/** A word to another run as the inbox row that it becomes. */
export function toMessage({ id, run, message }: TellRun): MessageRow {
  const { kind, ...payload } = message;
  return { id, run, kind, payload: toStorable(payload).text };
}
