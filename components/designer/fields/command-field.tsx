"use client";
import { type KeyboardEvent, useId, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Field } from "@/components/ui/field";
import { formatDuration } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import type { ServiceView } from "@/contract/services";
import type { SagaDocument } from "@/engine/definition/document";
import { useDesigner } from "../state/designer-context";

type CommandFieldProps = {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  placeholder?: string;
  error?: string | undefined;
};

/** `Service.Command`, completed from the registered services and from what the draft uses already. */
export function CommandField({ value, onChange, label = "Command", placeholder, error }: CommandFieldProps) {
  const { services, document } = useDesigner();
  const list = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const options = suggestions(services, document, value);
  const shown = open && options.length > 0;
  const choose = (option: string) => {
    onChange(option);
    setOpen(option.endsWith("."));
    setAt(-1);
  };
  const press = (event: KeyboardEvent) => {
    const option = options[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setOpen(true);
      setAt((at + (event.key === "ArrowDown" ? 1 : -1) + options.length + 1) % (options.length + 1));
    } else if (event.key === "Enter" && shown && option) choose(option);
    else if (event.key === "Escape" && shown) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <Field label={label} error={error} hint={<ServiceLine services={services} command={value} />}>
        <Input
          mono
          role="combobox"
          aria-expanded={shown}
          aria-controls={list}
          aria-activedescendant={shown && at >= 0 ? `${list}-${at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          value={value}
          placeholder={placeholder ?? "Service.Command"}
          onChange={(event) => {
            onChange(event.target.value.trim());
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
        />
      </Field>
      {shown && (
        <div
          id={list}
          role="listbox"
          aria-label="Known commands"
          className="absolute inset-x-0 top-[54px] z-20 max-h-52 overflow-y-auto rounded-md border bg-raised p-1 shadow-float"
        >
          {options.map((option, index) => (
            <div
              key={option}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(option);
              }}
              className={cn(
                "truncate rounded-sm px-2 py-1 font-mono text-xs hover:bg-hover",
                index === at && "bg-hover",
              )}
            >
              {option}
            </div>
          ))}
        </div>
      )}
    </div>
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

const MOST = 12;

function suggestions(services: readonly ServiceView[], document: SagaDocument, typed: string): readonly string[] {
  const used = document.steps.flatMap((step) =>
    [step.action, step.compensation].map((half) => (typeof half === "object" ? half.command : half)),
  );
  const known = services.flatMap(({ name, commands }) => [
    `${name}.`,
    ...commands.map((command) => (command.includes(".") ? command : `${name}.${command}`)),
  ]);
  const wanted = typed.toLowerCase();
  return [...new Set([...known, ...used])]
    .filter((option): option is string => !!option && option !== typed && option.toLowerCase().includes(wanted))
    .sort((a, b) => Number(a.endsWith(".")) - Number(b.endsWith(".")) || (a < b ? -1 : 1))
    .slice(0, MOST);
}
