/**
 * A decision in the making: the state so far, and the transitions that led to it. Each rule reads the one and records
 * the other, so that later rules of the same decision see what earlier ones did. It lives for one `decide` and is
 * never seen outside: from there, `decide` is a pure function.
 */
import type { Saga, SagaStep } from "./definition/saga";
import { evolve } from "./evolve";
import type { RunState, StepState } from "./run/state";
import type { Transition } from "./run/transition";

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
}
