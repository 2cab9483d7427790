import { formatDuration } from "@/components/ui/format";
import { parseDuration } from "@/engine/definition/duration";

const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** A moment as a person says it, in local time: `24 Dec 18:00`; with the year where it is not that of `near`. */
export function momentWords(at: number, near?: number): string {
  const year = new Date(at).getFullYear();
  const said = near !== undefined && new Date(near).getFullYear() === year ? "" : ` ${year}`;
  return `${date.format(at).replace("Sept", "Sep")}${said} ${time.format(at)}`;
}

/** A span that was written as a round figure: "2 s" rather than "2.0 s". */
export const spanWords = (ms: number): string => formatDuration(ms).replace(".0 ", " ");

/** A duration of a document as people say it: `PT1H` is "1 h". What is no duration stays as it is written. */
export function durationWords(duration: string): string {
  const ms = parseDuration(duration);
  return ms === null ? duration : spanWords(ms);
}
