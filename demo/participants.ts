/** The shop's services as participants: what each command does comes from `services/`, all the rest from the SDK. */
import type { Pool, PoolClient } from "pg";
import {
  type CloudEvent,
  type Context,
  type JsonObject,
  later,
  type Middleware,
  type Participant,
  participant,
  type Result,
  type Store,
  unheard,
} from "@/participant";
import { reactToOrders } from "./bus";
import type { ActionCommand, Refusal, UndoCommand } from "./command";
import { textAt } from "./input";
import { refuse } from "./refuse";
import { isDriven, performAndSay, say } from "./say";
import { commandsOf, serviceNames } from "./services/commands";
import { position } from "./switched";

export type ShopParticipants = ReadonlyMap<string, Participant<PoolClient>>;

type Options = {
  readonly pool: Pool;
  readonly store: Store<PoolClient>;
  /** What each service is registered with. */
  readonly secretOf: (service: string) => string;
  readonly studio: string;
  readonly middleware: Middleware;
  readonly onError: (error: unknown) => void;
};

/** Nobody waits any longer than this for work that nothing slows down. */
const usualWorkMs = 700;

export function createParticipants({ pool, store, secretOf, studio, middleware, onError }: Options): ShopParticipants {
  const all = new Map<string, Participant<PoolClient>>();
  // The shop's own bus: what one service says the others hear in this process, and the studio hears it as well.
  const tell = async (event: CloudEvent) => {
    const failures: unknown[] = [];
    for (const each of all.values()) await each.hear(event).catch((error: unknown) => failures.push(error));
    // It is told again, until nobody fails at it: who has reacted does not react twice.
    if (failures.length > 0) throw failures[0];
  };
  for (const name of serviceNames) {
    const service = participant(name, { store, secret: secretOf(name), studio, tell, onError }).use(middleware);
    all.set(name, service);
    takeCommands(service);
    reactToOrders(service, pool);
  }
  return all;
}

function takeCommands(service: Participant<PoolClient>): void {
  const commands = Object.entries(commandsOf(service.name));
  for (const [name, spec] of commands) {
    if (spec.kind !== "action") continue;
    const [undoName, undo] = commands.find(([, other]) => other.kind === "undo" && other.undoes === name) ?? [];
    const [probe] = commands.find(([, other]) => other.kind === "probe" && other.asksAbout === name) ?? [];
    service.handle<JsonObject, Result>(name, {
      ...doing(spec),
      ...(undo?.kind === "undo" && undoName ? { undo: undoing(undoName, undo) } : {}),
      ...(probe === undefined ? {} : { probe }),
    });
  }
}

function doing(action: ActionCommand) {
  return {
    do: async ({ input }: { readonly input: JsonObject }, context: Context<PoolClient>) => {
      const { mode, delayMs } = position();
      if (action.repliesLater) return later({ inMs: mode === "slow" ? delayMs : usualWorkMs, note: mode });
      if (isDriven(input)) return performAndSay(declining(action, mode === "decline"), input, context);
      return (await declining(action, mode === "decline").perform(context.tx, input)).result;
    },
    finish: async (
      { input, note }: { readonly input: JsonObject; readonly note: unknown },
      { tx }: Context<PoolClient>,
    ) => {
      const { result } = await declining(action, note === "decline").perform(tx, input);
      return note === "timeout_after_effect" ? unheard<Result>(result) : result;
    },
  };
}

function undoing(command: string, undo: UndoCommand) {
  return {
    command,
    by: undo.idField,
    do: async (
      { input, result }: { readonly input: JsonObject; readonly result: Result },
      { tx, emit }: Context<PoolClient>,
    ) => {
      const { mode } = position();
      if (mode === "decline") throw refusalOf(undo.refusal);
      if (mode === "forget") return {};
      const undone = await undo.undo(tx, textAt(result, undo.idField) ?? "");
      if (undo.says !== null && isDriven(input)) say(emit, undo.says, { ...input, ...undone });
      return undone;
    },
    nothing: ({ input }: { readonly input: JsonObject }, { emit }: Context<PoolClient>) => {
      if (undo.says !== null && isDriven(input) && position().mode !== "forget") say(emit, undo.says, input);
    },
  };
}

function declining(action: ActionCommand, isDeclined: boolean): ActionCommand {
  if (!isDeclined) return action;
  return { ...action, perform: () => Promise.reject(refusalOf(action.refusal)) };
}

function refusalOf({ type, title, detail }: Refusal) {
  return refuse(type, title, detail);
}
