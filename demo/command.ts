import type pg from "pg";
import type { z } from "zod";
import type { JsonObject } from "@/engine/json";
import { parseInput } from "./input";

export type Db = Pick<pg.PoolClient, "query">;

/** One call of a participant, as it came over HTTP. */
export type Call = {
  readonly service: string;
  readonly command: string;
  /** The `Idempotency-Key` header. */
  readonly key: string;
  readonly run: string | null;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly body: JsonObject;
};

export type Refusal = { readonly type: string; readonly title: string; readonly detail: string };

/** `subject` is the id of what was made, by which its undo finds it. */
export type Done = { readonly subject: string; readonly result: JsonObject };

/** Does something new. `perform` runs inside the call's transaction and throws `Refused` when it will not. */
export type ActionCommand = {
  readonly kind: "action";
  /** What the `decline` switch answers. */
  readonly refusal: Refusal;
  /** It answers 202, and sends its reply when the work is done. */
  readonly repliesLater: boolean;
  readonly perform: (db: Db, body: JsonObject) => Promise<Done>;
};

/**
 * Takes back what `undoes` made. `idField` names the subject in the action's result. `undo` is called once a subject,
 * in the call's transaction, and never for one that is undone already.
 */
export type UndoCommand = {
  readonly kind: "undo";
  readonly undoes: string;
  readonly idField: string;
  readonly refusal: Refusal;
  readonly undo: (db: Db, subject: string) => Promise<JsonObject>;
};

/** Tells whether the action `asksAbout` happened under a key; where it says no, it sees to it that this stays so. */
export type ProbeCommand = { readonly kind: "probe"; readonly asksAbout: string; readonly refusal: Refusal };

export type ShopCommand = ActionCommand | UndoCommand | ProbeCommand;

/** Writes an action down with the type of its input, which is checked before `perform` sees it. */
export function action<T>(spec: {
  readonly input: z.ZodType<T>;
  readonly refusal: Refusal;
  readonly repliesLater?: boolean;
  readonly perform: (db: Db, input: T) => Promise<Done>;
}): ActionCommand {
  return {
    kind: "action",
    refusal: spec.refusal,
    repliesLater: spec.repliesLater ?? false,
    perform: (db, body) => spec.perform(db, parseInput(spec.input, body)),
  };
}

export function undo(spec: Omit<UndoCommand, "kind">): UndoCommand {
  return { kind: "undo", ...spec };
}

export function probe(asksAbout: string): ProbeCommand {
  const refusal = { type: "not_told", title: "Not told", detail: "The service does not say what became of it." };
  return { kind: "probe", asksAbout, refusal };
}
