/** Rules about how a command is sent. */
import { commandFieldsOf } from "../defaults";
import { parseDuration } from "../duration";
import { errorAt, type Rule, type StepFacts, warningAt } from "../facts";
import type { CommandFields } from "../fields";

type Half = "action" | "compensation";

const httpPath: Rule = ({ steps }) =>
  steps.flatMap((facts) =>
    halvesOf(facts).flatMap(([half, { http }]) => {
      const fault = http?.path === undefined ? null : faultOfPath(http.path);
      if (fault === null) return [];
      const where = { path: [...facts.path, half, "http", "path"], step: facts.step.id };
      return [errorAt(where, "http-path", `The HTTP path of the ${half} of step ${facts.step.id} ${fault}.`)];
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
    halvesOf(facts).flatMap(([half, { retry }]) => {
      const initial = retry?.initial === undefined ? 1000 : parseDuration(retry.initial);
      const longest = retry?.max === undefined ? 60_000 : parseDuration(retry.max);
      if (!retry || initial === null || longest === null || initial <= longest) return [];
      const where = { path: [...facts.path, half, "retry"], step: facts.step.id };
      const message = `The first delay of the ${half} of step ${facts.step.id} is longer than its longest, which will be used instead.`;
      return [warningAt(where, "retry-delays", message)];
    }),
  );

function halvesOf({ step }: StepFacts): (readonly [Half, CommandFields])[] {
  const action = ["action", commandFieldsOf(step.action)] as const;
  return step.compensation === undefined ? [action] : [action, ["compensation", commandFieldsOf(step.compensation)]];
}

export const commandRules: readonly Rule[] = [httpPath, retryDelays];
