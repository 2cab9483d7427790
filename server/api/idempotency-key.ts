/** The header as OpenAPI describes it, for routes that take it. */
export const idempotencyKey = {
  name: "Idempotency-Key",
  description: "The same key and body again: the same answer, done once.",
};
