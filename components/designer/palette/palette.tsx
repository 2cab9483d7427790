"use client";
import { Play, Search } from "lucide-react";
import { type DragEvent, useMemo, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { stepKinds } from "@/engine/steps";
import { type Offer, offerType } from "../canvas/edits";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";

const icons = { action: Play } as const;

/** What a saga can be made of: kinds of steps, and commands that the services are known to take. Click or drag. */
export function Palette() {
  const { services, readOnly } = useDesigner();
  const edits = useEdits();
  const [search, setSearch] = useState("");
  const commands = useMemo(
    () => services.flatMap((service) => service.commands.map((command) => qualified(service.name, command))).sort(),
    [services],
  );
  const matches = (text: string) => text.toLowerCase().includes(search.trim().toLowerCase());
  const kinds = Object.values(stepKinds).filter((kind) => matches(`${kind.title} ${kind.description}`));
  const found = commands.filter(matches);
  const add = (offer: Offer) => {
    const after = edits.steps.length === 1 ? edits.steps[0] : undefined;
    edits.add(offer, after ? { after } : undefined);
  };
  return (
    <aside
      aria-label="Palette"
      inert={readOnly}
      className={cn("flex w-[160px] shrink-0 flex-col border-r bg-panel max-lg:hidden", readOnly && "opacity-50")}
    >
      <search className="relative p-2">
        <Search
          aria-hidden
          className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-4 size-3.5 text-ink-3"
        />
        <Input
          type="search"
          aria-label="Add a step"
          placeholder="Add a step"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            const [kind] = kinds;
            const [command] = found;
            if (event.key !== "Enter" || (!kind && !command)) return;
            add({ kind: "action", ...(search && command ? { command } : {}) });
            setSearch("");
          }}
          className="pl-7"
        />
      </search>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        <Group title="Do">
          {kinds.map((kind) => (
            <Item key={kind.kind} offer={{ kind: kind.kind }} label={kind.title} hint={kind.description} onAdd={add} />
          ))}
        </Group>
        {found.length > 0 && (
          <Group title="Known commands">
            {found.map((command) => (
              <Item key={command} offer={{ kind: "action", command }} label={command} hint={command} onAdd={add} mono />
            ))}
          </Group>
        )}
        {kinds.length + found.length === 0 && (
          <p className="px-2 py-3 text-ink-3 text-xs">Nothing is called “{search}”.</p>
        )}
      </div>
    </aside>
  );
}

const qualified = (service: string, command: string) => (command.includes(".") ? command : `${service}.${command}`);

/** A CamelCase name whose line may break between its words. */
const breakable = (name: string) => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "\u200b");

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="mb-3">
      <h2 className="px-2 py-1 font-medium text-ink-3 text-xs">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

type ItemProps = { offer: Offer; label: string; hint: string; mono?: boolean; onAdd: (offer: Offer) => void };

function Item({ offer, label, hint, mono, onAdd }: ItemProps) {
  const Icon = icons[offer.kind];
  const [service, command] = label.split(".");
  const drag = (event: DragEvent) => {
    event.dataTransfer.setData(offerType, JSON.stringify(offer));
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <li>
      <button
        type="button"
        draggable
        onDragStart={drag}
        onClick={() => onAdd(offer)}
        title={hint}
        className="flex w-full cursor-grab items-center gap-2.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover active:cursor-grabbing"
      >
        {mono ? (
          <span className="min-w-0 flex-1">
            <span className="block break-words font-mono text-xs">{breakable(command ?? "")}</span>
            <span className="block break-words text-ink-3 text-xs">{service}</span>
          </span>
        ) : (
          <>
            <Icon aria-hidden className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
            {label}
          </>
        )}
      </button>
    </li>
  );
}
