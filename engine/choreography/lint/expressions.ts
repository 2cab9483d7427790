/** Rules about what expressions read: that it can be read, and will be there. */
import { errorAt } from "../../definition/facts";
import { isCondition, parseExpression, parseTemplate, references } from "../../expression/expression";
import type { Json } from "../../json";
import { reactionNames } from "../compile";
import { bringsAbout, eventsOf } from "../events";
import { at, type Found, type Rule, type Where } from "./found";

type Source = {
  readonly where: Where;
  readonly source: Json;
  readonly condition?: true;
  readonly reads: readonly string[];
};

const undoNames = ["original_result", "original_input", "action_key", "outcome"];

function sourcesOf(found: Found): readonly Source[] {
  const { document, reactions } = found;
  const usual = ["saga", "data", "steps", ...reactionNames];
  return [
    { where: { path: ["correlation"] }, source: document.correlation ?? "", reads: ["event", "saga"] },
    ...(document.exposure === undefined
      ? []
      : [{ where: { path: ["exposure"] }, source: document.exposure, reads: ["data", "saga"] }]),
    ...reactions.flatMap((r): Source[] => {
      const reads = r.undoes === undefined ? usual : [...usual, ...undoNames];
      return [
        ...(r.when === undefined
          ? []
          : [{ where: at(found, r, "when"), source: r.when, condition: true as const, reads: usual }]),
        ...(r.input === undefined ? [] : [{ where: at(found, r, "input"), source: r.input, reads }]),
        ...(r.http?.path === undefined ? [] : [{ where: at(found, r, "http", "path"), source: r.http.path, reads }]),
      ];
    }),
  ];
}

const canBeRead: Rule = (found) =>
  sourcesOf(found).flatMap(({ where, source, condition, reads }) => {
    const parsed = condition ? parseExpression(String(source), reactionNames) : parseTemplate(source, reactionNames);
    if (!parsed.ok) return parsed.problems.map((p) => errorAt(where, p.code, p.message));
    const roots = references(parsed.value).map((r) => r.path[0] ?? "");
    const strange = [...new Set(roots)].filter((root) => !reads.includes(root));
    const problems = strange.map((root) =>
      errorAt(where, "expression-scope", `It reads ${root}, which is not there; it may read ${reads.join(", ")}.`),
    );
    if (condition && "program" in parsed.value && !isCondition(parsed.value))
      problems.push(
        errorAt(where, "condition-not-boolean", `"${source}" is never true or false; expected a comparison.`),
      );
    return problems;
  });

const tellsRunsApart: Rule = ({ document }) => {
  const parsed = parseTemplate(document.correlation ?? "", reactionNames);
  if (!parsed.ok || references(parsed.value).some((r) => r.path[0] === "event")) return [];
  const message = "The correlation is the same for every event; expected an expression such as ${event.data.order_id}.";
  return [errorAt({ path: ["correlation"] }, "constant-correlation", message)];
};

/** What it reads of events and reactions must be one that there is, and in an undo may never have come (U2). */
const readsWhatComes: Rule = (found) =>
  sourcesOf(found).flatMap(({ where, source, condition }) => {
    const parsed = condition ? parseExpression(String(source), reactionNames) : parseTemplate(source, reactionNames);
    if (!parsed.ok) return [];
    const known = eventsOf(found.document);
    const reaction = found.reactions.find(({ id }) => id === where.step);
    const undone = found.reactions.find(({ id }) => id === reaction?.undoes);
    return references(parsed.value).flatMap(({ path: [root, name = "", ...rest], guarded }) => {
      if (
        root === "steps" &&
        name !== "" &&
        !found.reactions.some(({ id, undoes }) => id === name && undoes === undefined)
      )
        return [errorAt(where, "unknown-step", `It reads steps.${name}, but no reaction of that name does something.`)];
      if (root === "original_result" && name !== "" && !guarded)
        return [
          errorAt(
            where,
            "unguarded-original-result",
            `It reads original_result.${name}, but while nobody knows whether ${undone?.id} happened there is no result; write has(original_result.${name}) ? … : null.`,
          ),
        ];
      if (root !== "events" || name === "") return [];
      if (!known.has(name)) return [errorAt(where, "unknown-event", `It reads events.${name}, which nobody says.`)];
      if (guarded || rest.length === 0 || !undone || !bringsAbout(undone).includes(name)) return [];
      const message = `It reads events.${name}, which has not come while nobody knows whether ${undone.id} happened; write has(events.${name}) ? … : null.`;
      return [errorAt(where, "unguarded-event", message)];
    });
  });

export const expressionRules: readonly Rule[] = [canBeRead, tellsRunsApart, readsWhatComes];
