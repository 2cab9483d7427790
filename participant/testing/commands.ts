import type { Command } from "../command";
import { numbersIn } from "../command";
import type { JsonObject } from "../json";

type Sent = {
  readonly service: string;
  readonly command: string;
  readonly run: string;
  readonly step?: string;
  readonly half?: "action" | "compensation";
  readonly item?: number;
  readonly generation?: number;
  readonly attempt?: number;
  readonly input?: JsonObject;
};

/** A command as a transport hands it on, under the key that the studio would give it. */
export function commandOf({ half = "action", generation = 1, attempt = 1, input = {}, item, ...sent }: Sent): Command {
  const { service, command, run, step = "reserve" } = sent;
  const key = `${run}:${step}:${item === undefined ? "" : `${item}:`}${generation}:${half}`;
  return { service, command, key, run, step, attempt, ...numbersIn(key, run, step), input, isLate: false };
}
