import { commandName } from "@/components/canvas/about-step";
import type { SagaDocument } from "@/engine/definition/document";
import { commandsOf } from "@/engine/definition/step-commands";

/** The services that a document sends commands to and that nobody registered, each once. */
export function missingServices(
  document: SagaDocument,
  registered: readonly { readonly name: string }[],
): readonly string[] {
  if (document.mode === "observe") return [];
  const known = new Set(registered.map(({ name }) => name));
  const commands = [
    ...document.steps.flatMap((step) => commandsOf(step).map(({ command }) => commandName(command))),
    ...(document.reactions ?? []).map(({ send = "" }) => send),
  ];
  const called = commands.flatMap((command) => (command.includes(".") ? [command.slice(0, command.indexOf("."))] : []));
  return [...new Set(called)].filter((name) => name !== "" && !known.has(name));
}
