import { Refused } from "@/participant";

/** A business refusal: nothing was done, and asking again will not help. */
export function refuse(code: string, title: string, detail: string): Refused {
  return new Refused(code, title, { detail });
}
