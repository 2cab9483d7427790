import type { Transition } from "@/engine";
import { toStorableString } from "./storable";

/** Text that is sent as one line among others. */
export function toLine(text: string): string {
  return toStorableString(text).replaceAll("\n", " ");
}

/** The step that a decision moved last; null when it moved none. */
export function stepNowOf(transitions: readonly Transition[]): string | null {
  for (let i = transitions.length - 1; i >= 0; i -= 1) {
    const transition = transitions[i] as Transition;
    if ("step" in transition && typeof transition.step === "string") return transition.step;
  }
  return null;
}
