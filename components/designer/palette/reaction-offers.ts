import { type LucideIcon, Megaphone, Send, Undo2 } from "lucide-react";
import type { ReactionOffer } from "../changes/new-reaction";

type Look = { readonly icon: LucideIcon; readonly title: string; readonly description: string };

/** What a reaction may do, as the palette names it. */
export const reactionOffers: Readonly<Record<ReactionOffer["does"], Look>> = {
  send: { icon: Send, title: "Command", description: "On an event, a service is told to do something." },
  emit: { icon: Megaphone, title: "Event", description: "On an event, another one is said." },
  undo: { icon: Undo2, title: "Undo", description: "On an event, what the chosen reaction did is undone." },
};

export const reactionKinds = [
  { does: "send" },
  { does: "emit" },
  { does: "undo" },
] as const satisfies readonly ReactionOffer[];
