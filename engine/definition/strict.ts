import { z } from "zod";

/** A strict object whose refusal of an unknown key names the keys that are known. */
export function strict<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `known are ${Object.keys(shape).join(", ")}` : undefined),
  });
}
