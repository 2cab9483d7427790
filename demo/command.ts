import type pg from "pg";
import type { z } from "zod";
import type { JsonObject } from "@/participant";
import { parseInput } from "./input";

export type Db = Pick<pg.PoolClient, "query">;

export type Refusal = { readonly type: string; readonly title: string; readonly detail: string };

/** `subject` is the id of what was made, by which its undo finds it. */
export type Done = { readonly subject: string; readonly result: JsonObject };

/** Does something new. `perform` runs inside the command's transaction and throws `Refused` when it will not. */
export type ActionCommand = {
  readonly kind: "action";
  /** What the `decline` switch answers. */
  readonly refusal: Refusal;
  /** It answers 202, and sends its reply when the work is done. */
  readonly repliesLater: boolean;
  /** The events that tell of it in a choreography. */
  readonly says: { readonly done: string; readonly refused: string } | null;
  readonly perform: (db: Db, body: JsonObject) => Promise<Done>;
};

/**
 * Takes back what `undoes` made. `idField` names the subject in the action's result. `undo` is called once a subject,
 * in the command's transaction, and never for one that is undone already.
 */
export type UndoCommand = {
  readonly kind: "undo";
  readonly undoes: string;
  readonly idField: string;
  readonly refusal: Refusal;
  readonly says: string | null;
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
  readonly says?: ActionCommand["says"];
  readonly perform: (db: Db, input: T) => Promise<Done>;
}): ActionCommand {
  return {
    kind: "action",
    refusal: spec.refusal,
    repliesLater: spec.repliesLater ?? false,
    says: spec.says ?? null,
    perform: (db, body) => spec.perform(db, parseInput(spec.input, body)),
  };
}

export function undo(spec: Omit<UndoCommand, "kind" | "says"> & { readonly says?: string }): UndoCommand {
  return { kind: "undo", ...spec, says: spec.says ?? null };
}

export function probe(asksAbout: string): ProbeCommand {
  const refusal = { type: "not_told", title: "Not told", detail: "The service does not say what became of it." };
  return { kind: "probe", asksAbout, refusal };
}
