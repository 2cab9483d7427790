/** Random definitions for property tests: acyclic, with every field that a document may have. */
import fc from "fast-check";
import type { Json } from "../json";
import { checkJson } from "./check-json";
import type { CommandDocument, EdgeDocument, SagaDocument, StepDocument } from "./document";
import { formatDuration } from "./duration";

const duration = fc.integer({ min: 1, max: 86_400_000 }).map(formatDuration);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const words = fc
  .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
  .filter((text) => checkJson(text).length === 0);

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const input = json.filter((value) => checkJson(value).length === 0 && !JSON.stringify(value).includes("${"));

const command: fc.Arbitrary<CommandDocument> = fc.oneof(
  fc.constantFrom("OrderService.Place", "A.B"),
  fc.record(
    {
      command: fc.constant("OrderService.Place"),
      input,
      timeout: duration,
      retry: fc.record(
        { attempts: fc.integer({ min: 1, max: 100 }), initial: duration, factor: fc.constantFrom(1, 1.5, 10) },
        { requiredKeys: [] },
      ),
      http: fc.record(
        { method: fc.constantFrom("GET" as const, "DELETE" as const), path: fc.constant("/orders/${data.id}") },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["command"] },
  ),
);

const stepBody = fc.record(
  {
    title: words,
    notes: words,
    class: fc.constantFrom("compensable" as const, "pivot" as const, "retriable" as const, "irreversible" as const),
    action: command,
    compensation: command,
    onFailure: fc.constantFrom("compensate" as const, "hold" as const, "continue" as const),
    compensateSelf: fc.constantFrom("ifUnknown" as const, "always" as const, "never" as const),
    onCompensationFailure: fc.constantFrom("hold" as const, "continue" as const),
  },
  { requiredKeys: ["action"] },
);

/** `ranks` shuffles the steps, so that the order of the list gives the graph's order away only when there are no edges. */
export const anyDefinition: fc.Arbitrary<SagaDocument> = fc.integer({ min: 1, max: 25 }).chain((size) =>
  fc
    .record({
      bodies: fc.array(stepBody, { minLength: size, maxLength: size }),
      ranks: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), optional(fc.constant("data.total > 0"))), {
        maxLength: 60,
      }),
      title: optional(words),
      sample: optional(input),
      businessKey: optional(fc.constant("${data.id}")),
      businessKeyUnique: optional(fc.boolean()),
      deadline: optional(duration),
      undoOrder: optional(fc.constantFrom("graph" as const, "sequence" as const)),
      position: optional(fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: 0, max: 500 }) })),
    })
    .map(({ bodies, ranks, pairs, position, ...saga }): SagaDocument => {
      const steps: StepDocument[] = bodies.map((body, index) => ({ id: `step_${index}`, ...body }));
      const edges = edgesFrom(pairs, ranks);
      const layout = position && { step_0: position };
      return withoutUndefined({ saga: "Random", ...saga, steps, edges: edges.length > 0 ? edges : undefined, layout });
    }),
);

function edgesFrom(pairs: readonly [number, number, string | undefined][], ranks: readonly number[]): EdgeDocument[] {
  const found = new Map<string, EdgeDocument>();
  for (const [one, other, when] of pairs) {
    if (one === other) continue;
    const [from, to] = (ranks[one] ?? 0) < (ranks[other] ?? 0) ? [one, other] : [other, one];
    found.set(`${from} ${to}`, { from: `step_${from}`, to: `step_${to}`, ...(when === undefined ? {} : { when }) });
  }
  return [...found.values()];
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
