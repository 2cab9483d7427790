import type { OperationPlan } from "@/contract/runs";

type Undo = OperationPlan["undos"][number];

/** The undos of one step in a plan: one, or one for each item of a forEach. */
export type PlannedStep = {
  readonly step: string;
  /** When its first and its last undo go; undos with the same number run side by side. */
  readonly first: number;
  readonly last: number;
  readonly undos: readonly Undo[];
  /** None of them has begun, so a person may leave the step out. */
  readonly optional: boolean;
};

/** A plan's undos by step, in the order in which the steps' turns come. */
export function byStep(undos: OperationPlan["undos"]): readonly PlannedStep[] {
  const steps = new Map<string, Undo[]>();
  for (const undo of undos) {
    const list = steps.get(undo.step);
    if (list) list.push(undo);
    else steps.set(undo.step, [undo]);
  }
  return [...steps].map(([step, list]) => {
    const orders = list.map(({ order }) => order);
    return {
      step,
      first: Math.min(...orders),
      last: Math.max(...orders),
      undos: list,
      optional: list.every(({ status }) => status === "planned" || status === "compensation_failed"),
    };
  });
}

/** What is sent to undo a step: a command, or the word to a child run that it unwinds. */
export const undoCommand = ({ service, command }: Pick<Undo, "service" | "command">) =>
  service === "saga" ? `Unwind of its run of ${command}` : `${service}.${command}`;

/** How much a plan still undoes: its steps, and how many items those are. */
export function countUndos(undos: OperationPlan["undos"]): { readonly steps: number; readonly items: number } {
  const toDo = undos.filter(({ status }) => status !== "compensated");
  return {
    steps: new Set(toDo.map(({ step }) => step)).size,
    items: toDo.filter(({ item }) => item !== undefined).length,
  };
}
