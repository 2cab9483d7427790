import type { LucideIcon } from "lucide-react";
import type { DragEvent } from "react";
import { kindIcons } from "@/components/canvas/step-kind";
import { stepKinds } from "@/engine/steps";
import { isReactionOffer, offerType } from "../canvas/edits";
import type { ReactionOffer } from "../changes/new-reaction";
import type { Offer } from "../changes/new-step";
import { reactionOffers } from "./reaction-offers";

type AnyOffer = Offer | ReactionOffer;
type PaletteItemProps = { offer: AnyOffer; onAdd: (offer: AnyOffer) => void };

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
        title={
          offer.command ?? (isReactionOffer(offer) ? reactionOffers[offer.does] : stepKinds[offer.kind]).description
        }
        className="flex w-full cursor-grab items-center gap-2.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover active:cursor-grabbing"
      >
        {offer.command !== undefined ? (
          <CommandName command={offer.command} />
        ) : isReactionOffer(offer) ? (
          <Named {...reactionOffers[offer.does]} />
        ) : (
          <Named icon={kindIcons[offer.kind]} title={stepKinds[offer.kind].title} />
        )}
      </button>
    </li>
  );
}

function Named({ icon: Icon, title }: { icon: LucideIcon; title: string }) {
  return (
    <>
      <Icon aria-hidden className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      {title}
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
