/** What the switches do to a command on its way to the service and back, and what the ledger says of it. */
import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import type { Answer, Command, Middleware } from "@/participant";
import { amendCall, recordCall, recordWorkDone } from "./ledger";
import { refuse } from "./refuse";
import { commandOf } from "./services/commands";
import { type SwitchPosition, takeSwitch } from "./switches";

const positions = new AsyncLocalStorage<SwitchPosition>();

/** Where the switch stands for the command that is being handled. */
export function position(): SwitchPosition {
  return positions.getStore() ?? { mode: "ok", delayMs: 0 };
}

const unavailable = {
  code: "unavailable",
  message: "The service is out of order (a switch of the demo shop).",
} as const;

type Means = { readonly pool: pg.Pool; readonly delay: (ms: number) => Promise<void> };

export function switched({ pool, delay }: Means): Middleware {
  const outcomeOf = (answer: Answer, told: SwitchPosition, isHeard = true) => {
    const { did, status } = toLedger(answer, told);
    return { did, status: isHeard ? status : 0 };
  };
  return async (command, next) => {
    if (command.isLate) return late(pool, command, next);
    const spec = commandOf(command.service, command.command);
    const told = await takeSwitch(pool, command);
    // What replies later is slow or silent in its reply: it is always taken at once.
    const repliesLater = spec?.kind === "action" && spec.repliesLater;
    if (told.mode === "slow" && !repliesLater) await delay(told.delayMs);
    // Work that is put off may be done before its call is answered, and finds its entry all the same.
    const entry = repliesLater ? await recordCall(pool, command, { did: "accepted", status: 202 }) : null;
    const answer = await positions.run(told, () => answerOf(told, command, next));
    const isLost = told.mode === "timeout_after_effect" && answer.kind === "done";
    if (entry === null) {
      await recordCall(pool, command, outcomeOf(answer, told, !isLost));
      return isLost ? { kind: "unheard" } : answer;
    }
    const said: Answer = isLost ? { kind: "accepted", did: "repeat" } : answer;
    if (said.kind !== "accepted" || said.did !== "accepted") await amendCall(pool, entry, outcomeOf(said, told));
    return said;
  };
}

async function answerOf({ mode }: SwitchPosition, command: Command, next: () => Promise<Answer>): Promise<Answer> {
  if (mode === "error") return { kind: "failed", ...unavailable };
  const spec = commandOf(command.service, command.command);
  if (mode !== "decline" || spec?.kind !== "probe") return next();
  const { type, title, detail } = spec.refusal;
  return { kind: "refused", did: "declined", problem: refuse(type, title, detail).problem };
}

async function late(pool: pg.Pool, command: Command, next: () => Promise<Answer>): Promise<Answer> {
  const answer = await next();
  if ("did" in answer && answer.did !== "repeat" && answer.did !== "accepted")
    await recordWorkDone(pool, command, answer.did);
  return answer;
}

function toLedger(answer: Answer, { mode }: SwitchPosition) {
  switch (answer.kind) {
    case "done":
      if (mode === "forget" && answer.did === "effect") return { did: "forgot", status: 200 } as const;
      // In a choreography a refusal is an event, and no failure of the call.
      return { did: saysNo(answer.result) ? "declined" : answer.did, status: 200 } as const;
    case "accepted":
      return { did: answer.did, status: 202 } as const;
    case "refused":
      return { did: answer.did, status: answer.problem.status } as const;
    case "busy":
      return { did: "error", status: 425 } as const;
    case "failed":
      return { did: "error", status: 500 } as const;
    case "unheard":
      return { did: "effect", status: 0 } as const;
  }
}

function saysNo(result: unknown): boolean {
  return typeof result === "object" && result !== null && "refused" in result;
}
