import type { Decision, LogEntry, RunState } from "@/engine";
import { newId } from "../../uuid";
import { eventsOut, type Wish } from "../events-out";
import type { DeliveryRow } from "../sql/flush";

/** What a decision sends out, as rows of its own commit. `state`: after it. Ids grow in the order of telling. */
export function toDeliveries(
  wishes: readonly Wish[],
  state: RunState,
  { at, transitions }: Pick<LogEntry, "at" | "transitions">,
  commands: Decision["commands"],
): readonly DeliveryRow[] {
  const { id: run, saga, businessKey, seq } = state;
  const published = commands.flatMap((command) => (command.type === "PublishEvent" ? [command] : []));
  const told = { run, saga, businessKey, seq, at, transitions, published };
  return eventsOut(wishes, told).map(({ subscription, event }) => ({ id: newId(), subscription, run, seq, event }));
}
