/** Rules about events: who says them, who hears them, and where they lead. */
import { errorAt, warningAt } from "../../definition/facts";
import { sortTopologically } from "../../definition/graph";
import type { ReactionDocument } from "../document";
import { bringsAbout, reactsTo } from "../events";
import { at, called, each, type Rule, reachableFrom } from "./found";

const isSaid: Rule = (found) => [
  ...found.reactions.flatMap((r) =>
    reactsTo(r)
      .filter((type) => !found.said.has(type))
      .map((type) =>
        warningAt(
          at(found, r, "on"),
          "event-never-said",
          `No reaction brings ${type} about; it must come from outside.`,
        ),
      ),
  ),
];

const isHandled = each((found, r) => {
  if (r.undoes !== undefined) return [];
  const heard = new Set([...found.reactions.flatMap(reactsTo), ...found.ends.completed, ...found.ends.failed]);
  return bringsAbout(r)
    .filter((type) => !heard.has(type))
    .map((type) =>
      warningAt(at(found, r), "event-unhandled", `${called(r)} brings ${type} about, and nothing reacts to it.`),
    );
});

const beginsOnce = each((found, r) =>
  bringsAbout(r).includes(found.starts)
    ? [warningAt(at(found, r), "starts-again", `${called(r)} brings ${found.starts} about, which begins a run.`)]
    : [],
);

const isReached: Rule = (found) => {
  const { completed, failed } = found.ends;
  const outside = new Set(found.reactions.flatMap(reactsTo).filter((type) => !found.said.has(type)));
  // What is set off by an event from outside may come as well.
  const reached = new Set(found.reachable);
  for (const type of outside) for (const other of reachableFrom(type, found.reactions)) reached.add(other);
  const never = (list: readonly string[], kind: string) =>
    list.flatMap((type, index) => {
      if (reached.has(type)) return [];
      const where = { path: ["ends", kind, index] };
      // Of services that act by themselves there may be more than the definition knows.
      if (found.observed && !found.said.has(type))
        return [warningAt(where, "event-never-said", `No reaction brings ${type} about; it must come from outside.`)];
      return [errorAt(where, "end-unreachable", `No reaction brings about ${type}, so no run ends with it.`)];
    });
  const both = completed.filter((type) => failed.includes(type));
  return [
    ...never(completed, "completed"),
    ...never(failed, "failed"),
    ...both.map((type) =>
      errorAt({ path: ["ends"] }, "end-ambiguous", `${type} ends a run well and failed; it can be one.`),
    ),
  ];
};

const reactsBeforeTheEnd = each((found, r) => {
  if (r.undoes !== undefined) return [];
  const ends = new Set([...found.ends.completed, ...found.ends.failed]);
  const late = reactsTo(r).filter((type) => ends.has(type));
  if (late.length === 0) return [];
  const message = `${late.join(", ")} ends the run, and after an end only what undoes reacts; ${called(r)} never will.`;
  return [warningAt(at(found, r, "on"), "after-end", message)];
});

/** Each reaction fires once, so a circle ends; but whoever drew it hardly meant that. Those that repeat never end. */
const cycle: Rule = (found) => {
  const endless = circleOf(found.reactions.filter((r) => r.repeat));
  const circle = endless ?? circleOf(found.reactions);
  const [first] = circle ?? [];
  if (!circle || !first) return [];
  const names = circle.map(called);
  const around = `${names.slice(0, 12).join(" → ")} → ${called(first)}`;
  return endless
    ? [errorAt(at(found, first), "cycle", `These reactions set each other off without end: ${around}.`)]
    : [warningAt(at(found, first), "cycle", `These reactions set each other off in a circle: ${around}.`)];
};

function circleOf(reactions: readonly ReactionDocument[]): readonly ReactionDocument[] | null {
  const leadsTo = (r: ReactionDocument, other: ReactionDocument) =>
    bringsAbout(r).some((type) => reactsTo(other).includes(type));
  const own = reactions.find((r) => leadsTo(r, r));
  if (own) return [own];
  const edges = reactions.flatMap((r, from) =>
    reactions.flatMap((other, to) => (leadsTo(r, other) ? [{ from, to }] : [])),
  );
  const sorted = sortTopologically(reactions.length, edges);
  return sorted.ok ? null : sorted.cycle.flatMap((index) => reactions[index] ?? []);
}

export const eventRules: readonly Rule[] = [isSaid, isHandled, beginsOnce, isReached, reactsBeforeTheEnd, cycle];
