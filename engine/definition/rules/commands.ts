/** Rules about how a command is sent. */

import type { Part } from "../../run/state";
import { commandFieldsOf } from "../defaults";
import { parseDuration } from "../duration";
import { errorAt, type Rule, type StepFacts, warningAt } from "../facts";
import type { CommandFields } from "../fields";
import { commandsOf } from "../step-commands";

const httpPath: Rule = ({ steps }) =>
  steps.flatMap((facts) =>
    partsOf(facts).flatMap(([part, { http }]) => {
      const fault = http?.path === undefined ? null : faultOfPath(http.path);
      if (fault === null) return [];
      const where = { path: [...facts.path, part, "http", "path"], step: facts.step.id };
      return [errorAt(where, "http-path", `The HTTP path of the ${part} of step ${facts.step.id} ${fault}.`)];
    }),
  );

/** The service's address says where; a path may not say it again. */
function faultOfPath(path: string): string | null {
  if (!path.startsWith("/")) return `must start with "/", but is ${JSON.stringify(path.slice(0, 60))}`;
  if (path.startsWith("//")) return `must not start with "//", which would name another host`;
  const outside = path.replace(/\$\{[^}]*\}/g, "");
  if (/[\s\\#]/.test(outside)) return "must not have spaces, backslashes or #";
  return /(^|\/)\.\.?(\/|$)/.test(outside) ? `must not have "." or ".." as a segment` : null;
}

const retryDelays: Rule = ({ steps }) =>
  steps.flatMap((facts) =>
    partsOf(facts).flatMap(([part, { retry }]) => {
      const initial = retry?.initial === undefined ? 1000 : parseDuration(retry.initial);
      const longest = retry?.max === undefined ? 60_000 : parseDuration(retry.max);
      if (!retry || initial === null || longest === null || initial <= longest) return [];
      const where = { path: [...facts.path, part, "retry"], step: facts.step.id };
      const message = `The first delay of the ${part} of step ${facts.step.id} is longer than its longest, which will be used instead.`;
      return [warningAt(where, "retry-delays", message)];
    }),
  );

function partsOf({ step }: StepFacts): (readonly [Part, CommandFields])[] {
  return commandsOf(step).map(({ part, command }) => [part, commandFieldsOf(command)] as const);
}

export const commandRules: readonly Rule[] = [httpPath, retryDelays];
