"use client";
import { useMemo } from "react";
import { commandName } from "@/components/canvas/about-step";
import { formatDuration } from "@/components/ui/format";
import type { ServiceView } from "@/contract/services";
import type { SagaDocument } from "@/engine/definition/document";
import { commandsOf } from "@/engine/definition/step-commands";
import { useDesigner } from "../state/designer-context";
import { SuggestField } from "./suggest-field";

type CommandFieldProps = { value: string; onChange: (value: string) => void; placeholder?: string };

const isService = (option: string) => option.endsWith(".");

/** `Service.Command`, completed from the registered services and from what the draft uses already. */
export function CommandField({ value, onChange, placeholder = "Service.Command" }: CommandFieldProps) {
  const { services, document } = useDesigner();
  const suggestions = useMemo(() => suggestionsOf(services, document), [services, document]);
  return (
    <SuggestField
      label="Command"
      listLabel="Known commands"
      value={value}
      onChange={onChange}
      suggestions={suggestions}
      placeholder={placeholder}
      isBeginning={isService}
      hint={<ServiceLine services={services} command={value} />}
    />
  );
}

/** How the service does, from its last calls; or that nobody registered it. */
function ServiceLine({ services, command }: { services: readonly ServiceView[]; command: string }) {
  const name = command.split(".")[0];
  if (!name || !command.includes(".")) return null;
  const service = services.find((other) => other.name === name);
  if (!service) return <>{name} is not registered yet: an admin does that under Services.</>;
  if (!service.health || service.health.calls === 0) return <>{name} is registered; no call to it yet.</>;
  const { calls, failures, medianMs } = service.health;
  const share = ((1 - failures / calls) * 100).toFixed(failures === 0 ? 0 : 1);
  return (
    <>
      Answers in {formatDuration(medianMs)} (median), {share} % succeed
    </>
  );
}

/** Commands first, then services to go on from. */
function suggestionsOf(services: readonly ServiceView[], document: SagaDocument) {
  const used = [
    ...document.steps.flatMap((step) => commandsOf(step).map(({ command }) => commandName(command))),
    ...(document.reactions ?? []).map(({ send = "" }) => send),
  ];
  const known = services.flatMap(({ name, commands }) => [
    `${name}.`,
    ...commands.map((command) => (command.includes(".") ? command : `${name}.${command}`)),
  ]);
  return [...new Set([...known, ...used])]
    .filter((option) => option !== "")
    .sort((a, b) => Number(isService(a)) - Number(isService(b)) || (a < b ? -1 : 1))
    .map((value) => ({ value }));
}
