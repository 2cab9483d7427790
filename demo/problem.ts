/** A refusal on the wire (RFC 9457); `type` is the stable word an orchestrator files the error under. */
export type ShopProblem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
};

/** Thrown inside a transaction so that whatever it had done so far is rolled back; answered as problem+json. */
export class Refused extends Error {
  readonly problem: ShopProblem;

  constructor(problem: ShopProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** A business refusal: nothing was done, and asking again will not help. */
export function refuse(type: string, title: string, detail: string): Refused {
  return new Refused({ type, title, detail, status: 422 });
}
