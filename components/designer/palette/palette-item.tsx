import type { DragEvent } from "react";
import { kindIcons } from "@/components/canvas/step-kind";
import { stepKinds } from "@/engine/steps";
import { offerType } from "../canvas/edits";
import type { Offer } from "../changes/new-step";

type PaletteItemProps = { offer: Offer; onAdd: (offer: Offer) => void };

/** One thing to add, by click, key or drag. */
export function PaletteItem({ offer, onAdd }: PaletteItemProps) {
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
        title={offer.command ?? stepKinds[offer.kind].description}
        className="flex w-full cursor-grab items-center gap-2.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover active:cursor-grabbing"
      >
        {offer.command === undefined ? <KindName kind={offer.kind} /> : <CommandName command={offer.command} />}
      </button>
    </li>
  );
}

function KindName({ kind }: Pick<Offer, "kind">) {
  const Icon = kindIcons[kind];
  return (
    <>
      <Icon aria-hidden className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      {stepKinds[kind].title}
    </>
  );
}

function CommandName({ command }: { command: string }) {
  const [service, name] = command.split(".");
  return (
    <span className="min-w-0 flex-1">
      <span className="block break-words font-mono text-xs">{breakable(name ?? "")}</span>
      <span className="block break-words text-ink-3 text-xs">{service}</span>
    </span>
  );
}

/** A CamelCase name whose line may break between its words. */
const breakable = (name: string) => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "\u200b");
