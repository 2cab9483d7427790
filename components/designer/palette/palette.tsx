"use client";
import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { isChoreography } from "@/engine/definition/document";
import type { StepKind } from "@/engine/definition/saga";
import { stepKinds } from "@/engine/steps";
import type { ReactionOffer } from "../changes/new-reaction";
import type { Offer } from "../changes/new-step";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { PaletteItem } from "./palette-item";
import { reactionKinds, reactionOffers } from "./reaction-offers";

const groups = [
  { title: "Do", kinds: ["action", "forEach", "saga", "transform"] },
  { title: "Decide", kinds: ["decision", "approval"] },
  { title: "Wait", kinds: ["wait", "signal"] },
] as const satisfies readonly { readonly title: string; readonly kinds: readonly StepKind[] }[];

/** What a saga can be made of: kinds of steps, and commands that the services are known to take. Click or drag. */
export function Palette() {
  const { document, services, readOnly } = useDesigner();
  const reacts = isChoreography(document);
  const edits = useEdits();
  const [search, setSearch] = useState("");
  const commands = useMemo(
    () => services.flatMap((service) => service.commands.map((command) => qualified(service.name, command))).sort(),
    [services],
  );
  const wanted = search.trim().toLowerCase();
  const matches = (text: string) => text.toLowerCase().includes(wanted);
  const shown = reacts
    ? [{ title: "React with", offers: reactionKinds.filter(({ does }) => matches(reactionWords(does))) }]
    : groups.map(({ title, kinds }) => ({
        title,
        offers: kinds.filter((kind) => matches(wordsOf(kind))).map((kind) => ({ kind })),
      }));
  const found = commands.filter(matches);
  const nothing = found.length === 0 && shown.every(({ offers }) => offers.length === 0);
  const add = (offer: Offer | ReactionOffer) => edits.add(offer, edits.spot());
  const what = reacts ? "Add a reaction" : "Add a step";
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
          aria-label={what}
          placeholder={what}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            const first = reacts ? firstReaction(wanted, found) : firstOffer(wanted, found);
            if (event.key !== "Enter" || !first) return;
            add(first);
            setSearch("");
          }}
          className="pl-7"
        />
      </search>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        {shown.map(
          ({ title, offers }) =>
            offers.length > 0 && (
              <Group key={title} title={title}>
                {offers.map((offer) => (
                  <PaletteItem key={"kind" in offer ? offer.kind : offer.does} offer={offer} onAdd={add} />
                ))}
              </Group>
            ),
        )}
        {found.length > 0 && (
          <Group title="Known commands">
            {found.map((command) => (
              <PaletteItem
                key={command}
                offer={reacts ? { does: "send", command } : { kind: "action", command }}
                onAdd={add}
              />
            ))}
          </Group>
        )}
        {nothing && <p className="px-2 py-3 text-ink-3 text-xs">Nothing is called “{search}”.</p>}
      </div>
    </aside>
  );
}

const wordsOf = (kind: StepKind) => `${stepKinds[kind].title} ${stepKinds[kind].description}`;
const qualified = (service: string, command: string) => (command.includes(".") ? command : `${service}.${command}`);

/** What Enter adds: the kind that is called so, else the command, else the kind that is described so. */
function firstOffer(wanted: string, commands: readonly string[]): Offer | null {
  if (wanted === "") return { kind: "action" };
  const kinds = groups.flatMap(({ kinds: some }): readonly StepKind[] => some);
  const called = kinds.find((kind) => stepKinds[kind].title.toLowerCase().includes(wanted));
  if (called) return { kind: called };
  const [command] = commands;
  if (command) return { kind: "action", command };
  const described = kinds.find((kind) => wordsOf(kind).toLowerCase().includes(wanted));
  return described ? { kind: described } : null;
}

const reactionWords = (does: ReactionOffer["does"]) =>
  `${reactionOffers[does].title} ${reactionOffers[does].description}`;

function firstReaction(wanted: string, [command]: readonly string[]): ReactionOffer | null {
  const kind = reactionKinds.find(({ does }) => reactionWords(does).toLowerCase().includes(wanted));
  if (kind) return kind;
  return command === undefined ? null : { does: "send", command };
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="mb-3">
      <h2 className="px-2 py-1 font-medium text-ink-3 text-xs">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}
