import type { Json } from "@/engine/json";

export type Style = "orchestration" | "choreography";

/** What a new draft begins with. A choreography has the events that begin and end a run, by names that can be changed. */
export function blankSaga(type: string, title: string, style: Style): Json {
  if (style === "orchestration") return { saga: type, title, steps: [] };
  return {
    saga: type,
    title,
    style,
    mode: "drive",
    correlation: "${event.data.id}",
    starts: `${type}Started`,
    reactions: [],
    ends: { completed: [`${type}Finished`], failed: [`${type}Abandoned`] },
  };
}
