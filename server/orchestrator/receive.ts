import type pg from "pg";
import { isEnded, type Operation, type RunEvent, replyOfChild } from "@/engine";
import type { Logger } from "../log";
import type { OwnedRun } from "./owned-run";
import type { OwnedRuns } from "./owned-runs";
import type {
  ChildPayload,
  DecisionPayload,
  EventPayload,
  OperationPayload,
  ParentPayload,
  ReplyPayload,
  SignalPayload,
} from "./payloads";
import type { InboxRow } from "./sql/inbox";
import { takeKey } from "./sql/take-key";

export type ReceiveOptions = {
  readonly client: pg.Client;
  readonly incarnation: string;
  readonly runs: OwnedRuns;
  readonly log: Logger;
};

/** Hands an inbox row to its run. A row that nobody understands stays, for a newer version of the server. */
export async function receive(options: ReceiveOptions, run: OwnedRun, row: InboxRow): Promise<void> {
  const { runs, log } = options;
  const event = toEvent(row, runs.at(run));
  if (event === null) return log.error({ run: row.run, kind: row.kind }, "An inbox row of an unknown kind");
  if (event.type === "OperationRequested" && needsKey(run, event.operation) && !(await mayReopen(options, run))) {
    const { id, actor, operation } = event;
    const detail = `Another live run has the business key ${run.state.businessKey}`;
    const refused = { type: "OperationRefused", id, operation, code: "business_key_taken", detail } as const;
    runs.note(run, { actor, transitions: [refused] }, row.id);
    return;
  }
  runs.happen(run, event, row.id);
}

/** What an inbox row says, as an event of its run; null: this server does not know the kind. */
function toEvent({ id, kind, payload }: InboxRow, at: number): RunEvent | null {
  switch (kind) {
    case "operation":
      return { type: "OperationRequested", at, id, ...(payload as OperationPayload) };
    case "signal":
      return { type: "SignalReceived", at, id, ...(payload as SignalPayload) };
    case "decision":
      return { type: "DecisionReceived", at, id, ...(payload as DecisionPayload) };
    case "reply": {
      const { event, ...reply } = payload as ReplyPayload;
      return { type: "ReplyReceived", at, id: event, ...reply };
    }
    case "event":
      return { type: "EventTold", at, ...(payload as EventPayload) };
    case "parent":
      return { type: "ParentAsked", at, ...(payload as ParentPayload) };
    case "child":
      return childReply(payload as ChildPayload, at);
    default:
      return null;
  }
}

/** How a child run ended, as the reply of the step that it was begun for. */
export function childReply({ ended }: ChildPayload, at: number): Extract<RunEvent, { type: "ReplyReceived" }> {
  return replyOfChild(ended, { at });
}

/** A failed run that is retried lives again, and claims its unique business key again (U7). A choreography is not. */
function needsKey(run: OwnedRun, operation: Operation): boolean {
  if (run.saga.choreography !== null) return false;
  if (operation.operation !== "retry" || !isEnded(run.state)) return false;
  return run.saga.businessKeyUnique && run.state.businessKey !== null && !run.releasing;
}

/** The key is taken before the decision: if that refuses after all, the run's next row gives the key back. */
async function mayReopen({ client, incarnation }: ReceiveOptions, run: OwnedRun): Promise<boolean> {
  run.busy = true;
  try {
    return await takeKey(client, incarnation, run.id);
  } finally {
    run.busy = false;
  }
}
