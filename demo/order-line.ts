import { z } from "zod";
import { text } from "./input";

const count = z.number().int().min(1).max(10_000);

/** A line of an order as people write it: `"MUG"`, `{ sku, quantity }`, or another common name for the two. */
export const orderLine = z.union([
  text.transform((sku) => ({ sku, quantity: 1 })),
  z
    .object({
      sku: text.optional(),
      product_id: text.optional(),
      id: text.optional(),
      name: text.optional(),
      quantity: count.optional(),
      qty: count.optional(),
    })
    .transform((line, context) => {
      const sku = line.sku ?? line.product_id ?? line.id ?? line.name;
      if (sku !== undefined) return { sku, quantity: line.quantity ?? line.qty ?? 1 };
      context.addIssue({ code: "custom", message: "expected a sku" });
      return z.NEVER;
    }),
]);

export type OrderLine = z.output<typeof orderLine>;
