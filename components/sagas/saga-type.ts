import { parse } from "yaml";
import { sagaTypePattern } from "@/engine/definition/document";

/** `Order fulfillment` becomes `OrderFulfillment`. */
export function typeFromTitle(title: string): string {
  const words =
    title
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .match(/[A-Za-z0-9]+/g) ?? [];
  const type = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return type.replace(/^[0-9]+/, "").slice(0, 80);
}

/** What is wrong with a new saga's type, or null. */
export function problemOfType(type: string, taken: readonly string[]): string | null {
  if (!sagaTypePattern.test(type)) return "A capital letter, then letters and digits, e.g. OrderFulfillment.";
  return taken.includes(type) ? "There is a saga of this type already." : null;
}

/** The type a definition's text names (YAML, of which JSON is a part), or why it cannot be read. */
export function typeOfText(text: string): { type: string } | { problem: string } {
  try {
    const document: unknown = parse(text, { maxAliasCount: 100 });
    const type = typeof document === "object" && document !== null && "saga" in document ? document.saga : undefined;
    return typeof type === "string" ? { type } : { problem: "The definition needs its type in the line “saga: …”." };
  } catch (error) {
    return {
      problem: error instanceof Error ? (error.message.split("\n")[0] ?? "Unreadable text.") : "Unreadable text.",
    };
  }
}
