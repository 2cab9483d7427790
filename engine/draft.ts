/**
 * A decision in the making: the state so far, and the transitions that led to it. Each rule reads the one and records
 * the other, so that later rules of the same decision see what earlier ones did. It lives for one `decide` and is
 * never seen outside: from there, `decide` is a pure function.
 */
import type { Saga, SagaStep } from "./definition/saga";
import { evolve } from "./evolve";
import type { RunState, StepState, WorkState } from "./run/state";
import type { Named, Transition } from "./run/transition";

/** A step, or one item of a forEach, by its index in the definition. */
export type Place = { readonly index: number; readonly item: number | null };

export class Draft {
  readonly saga: Saga;
  readonly at: number;
  readonly transitions: Transition[] = [];
  state: RunState;

  constructor(saga: Saga, state: RunState, at: number) {
    this.saga = saga;
    this.state = state;
    this.at = at;
  }

  record(transition: Transition): void {
    this.state = evolve(this.saga, this.state, transition, this.at);
    this.transitions.push(transition);
  }

  /** The step at an index of the definition, as it is now. */
  step(index: number): StepState {
    return this.state.steps[index] as StepState;
  }

  spec(index: number): SagaStep {
    return this.saga.steps[index] as SagaStep;
  }

  /** What is done and undone at a place: the step itself, or its item. */
  work({ index, item }: Place): WorkState {
    const s = this.step(index);
    return item === null ? s : (s.items?.[item] as WorkState);
  }

  /** How transitions name a place. */
  named({ index, item }: Place): Named {
    const { id } = this.spec(index);
    return item === null ? { step: id } : { step: id, item };
  }

  /** The places of a step that are undone each for itself (F7). */
  places(index: number): readonly Place[] {
    const { items } = this.step(index);
    return items ? items.map((_, item) => ({ index, item })) : [{ index, item: null }];
  }

  /** Is the attempt begun by this very decision, and so not sent yet? */
  isNew({
    type,
    step,
    item,
    attempt,
  }: Named & { readonly type: Transition["type"]; readonly attempt: number }): boolean {
    return this.transitions.some(
      (t) => t.type === type && "attempt" in t && t.step === step && t.item === item && t.attempt === attempt,
    );
  }

  get isUnwinding(): boolean {
    return this.state.unwind?.phase === "running";
  }
}
