/** Whether a choreography makes sense: who says what is heard, who hears what is said, and what is never undone. */

import type { SagaDocument } from "../definition/document";
import { errorAt, warningAt } from "../definition/facts";
import { sortTopologically } from "../definition/graph";
import { isCondition, parseExpression, parseTemplate, references } from "../expression/expression";
import type { Json } from "../json";
import type { Problem } from "../problem";
import { reactionNames } from "./compile";
import type { ReactionDocument } from "./document";
import { bringsAbout, eventsOf, failuresOf, reactsTo } from "./events";

type Found = {
  readonly document: SagaDocument;
  readonly reactions: readonly ReactionDocument[];
  readonly observed: boolean;
  readonly starts: string;
  readonly ends: { readonly completed: readonly string[]; readonly failed: readonly string[] };
  /** Every event that the start or a reaction brings about. */
  readonly said: ReadonlySet<string>;
  /** Those of them that can come, going from the start from reaction to reaction. */
  readonly reachable: ReadonlySet<string>;
};

type Rule = (found: Found) => readonly Problem[];
type Where = { readonly path: readonly (string | number)[]; readonly step?: string };

export function lintChoreography(document: SagaDocument): readonly Problem[] {
  const { reactions = [], starts = "", ends = { completed: [], failed: [] } } = document;
  const said = new Set([starts, ...reactions.flatMap(bringsAbout)]);
  const reachable = reachableFrom(starts, reactions);
  const found = { document, reactions, observed: document.mode === "observe", starts, ends, said, reachable };
  return rules.flatMap((rule) => rule(found));
}

function reachableFrom(starts: string, reactions: readonly ReactionDocument[]): ReadonlySet<string> {
  const reached = new Set([starts]);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const r of reactions)
      if (reactsTo(r).some((type) => reached.has(type))) for (const type of bringsAbout(r)) reached.add(type);
  }
  return reached;
}

/** Of a reaction, and of a field of it where one is to blame. */
function at({ reactions }: Found, r: ReactionDocument, ...field: (string | number)[]): Where {
  return { path: ["reactions", reactions.indexOf(r), ...field], step: r.id };
}

const each =
  (rule: (found: Found, r: ReactionDocument) => readonly Problem[]): Rule =>
  (found) =>
    found.reactions.flatMap((r) => rule(found, r));

// ------------------------------------------------------------------ reactions

const oneName = each((found, r) =>
  found.reactions.findIndex(({ id }) => id === r.id) === found.reactions.indexOf(r)
    ? []
    : [errorAt(at(found, r, "id"), "duplicate-reaction", `There is a reaction ${r.id} already.`)],
);

const doesOneThing = each((found, r) => {
  if (r.send !== undefined && r.emit !== undefined)
    return [errorAt(at(found, r), "send-and-emit", `${r.id} sends and says something; make it two reactions.`)];
  if (r.undoes !== undefined && r.emit !== undefined)
    return [errorAt(at(found, r, "emit"), "undo-says", `${r.id} undoes something, which takes a command to send.`)];
  if (r.send !== undefined || r.emit !== undefined || found.observed) return [];
  return [errorAt(at(found, r), "does-nothing", `${r.id} does nothing; say what it sends or emits.`)];
});

const undoesSomething = each((found, r) => {
  if (r.undoes === undefined) return [];
  const undone = found.reactions.find(({ id }) => id === r.undoes);
  const refuse = (why: string) => [errorAt(at(found, r, "undoes"), "undoes-nothing", why)];
  if (undone === undefined) return refuse(`There is no reaction ${r.undoes} that ${r.id} could undo.`);
  if (undone.undoes !== undefined) return refuse(`${r.undoes} undoes something itself, and is not undone.`);
  if (undone.emit !== undefined) return refuse(`${r.undoes} only says something, which nothing can unsay.`);
  if (undone.class === "readonly" || undone.class === "irreversible")
    return refuse(`${r.undoes} is ${undone.class}, so there is nothing to undo.`);
  return [];
});

/** The undo of a reaction is one command under one key, whichever event sets it off. */
const undoesAlike = each((found, r) => {
  const first = found.reactions.find((other) => r.undoes !== undefined && other.undoes === r.undoes);
  const sentAs = ({ send, http, timeout, retry }: ReactionDocument) => JSON.stringify([send, http, timeout, retry]);
  if (!first || first === r || sentAs(first) === sentAs(r)) return [];
  const message = `${first.id} undoes ${r.undoes} with ${first.send}; both must send the same in the same way, or be one reaction on several events.`;
  return [errorAt(at(found, r, "send"), "undo-differs", message)];
});

/** An undo that may be denied must say how: nothing else tells which of its events says that. */
const undoCanBeTold = each((found, r) => {
  if (r.undoes === undefined || (r.expect?.length ?? 0) < 2 || r.fails !== undefined) return [];
  const message = `${r.id} expects ${r.expect?.join(", ")}; say with "fails" which of them say that it was not undone.`;
  return [errorAt(at(found, r, "expect"), "undo-ambiguous", message)];
});

const expectsItsOwn = each((found, r) => {
  const shared = bringsAbout(r).filter((type) =>
    found.reactions.some((other) => other !== r && other.undoes !== r.undoes && bringsAbout(other).includes(type)),
  );
  if (shared.length === 0) return [];
  const message = `Another reaction brings about ${shared.join(", ")} as well, so the event says nothing of which was done.`;
  return [warningAt(at(found, r, "expect"), "event-shared", message)];
});

const finalEvents = ["Completed", "Failed", "Unwound"];

const saysNoFinalEvent: Rule = ({ document }) =>
  [...eventsOf(document)]
    .filter((type) => finalEvents.some((end) => type === `${document.saga}${end}`))
    .map((type) =>
      errorAt(
        { path: ["saga"] },
        "final-event-taken",
        `${type} is said of every run of ${document.saga} at its end; call one of them otherwise.`,
      ),
    );

const beginsWithoutEnding: Rule = ({ starts, ends }) =>
  [...ends.completed, ...ends.failed].includes(starts)
    ? [errorAt({ path: ["starts"] }, "starts-and-ends", `${starts} begins a run and ends it.`)]
    : [];

const failsAreExpected = each((found, r) => {
  const expected = r.expect ?? [];
  const strange = (r.fails ?? []).filter((type) => !expected.includes(type));
  if (strange.length > 0)
    return [errorAt(at(found, r, "fails"), "fails-unexpected", `${r.id} does not expect ${strange.join(", ")}.`)];
  const fails = failuresOf(r, found.document);
  if (expected.length === 0 || fails.length < expected.length) return [];
  const message = `Every event that ${r.id} expects says that it failed; say with "fails" which of them do.`;
  return [errorAt(at(found, r, "expect"), "cannot-succeed", message)];
});

const isSeen = each((found, r) => {
  if (!found.observed || bringsAbout(r).length > 0) return [];
  const message = "and services that are only watched are known by their events alone; say which one is expected.";
  return r.undoes === undefined
    ? [warningAt(at(found, r), "unseen", `Nothing shows that ${r.id} was done, ${message}`)]
    : [errorAt(at(found, r), "undo-unseen", `Nothing shows that ${r.id} undid ${r.undoes}, ${message}`)];
});

const saysHowLong = each((found, r) =>
  (r.expect?.length ?? 0) === 0 || r.within !== undefined
    ? []
    : [
        warningAt(
          at(found, r),
          "no-within",
          `${r.id} waits for ever for ${r.expect?.join(" or ")}; say within what time.`,
        ),
      ],
);

const hasUndo = each((found, r) => {
  if (found.reactions.some(({ undoes }) => undoes === r.id)) return [];
  if (r.class === "compensable")
    return [
      errorAt(at(found, r, "class"), "compensable-without-undo", `${r.id} is compensable, and nothing undoes it.`),
    ];
  const changes = r.send !== undefined || (found.observed && r.emit === undefined);
  if (r.undoes !== undefined || r.class !== undefined || !changes) return [];
  const message = `Nothing undoes ${r.id}; add a reaction that does, or say that it is irreversible or readonly.`;
  return [warningAt(at(found, r), "effect-without-undo", message)];
});

// --------------------------------------------------------------------- events

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
      warningAt(at(found, r), "event-unhandled", `${r.id} brings ${type} about, and nothing reacts to it.`),
    );
});

const beginsOnce = each((found, r) =>
  bringsAbout(r).includes(found.starts)
    ? [warningAt(at(found, r), "starts-again", `${r.id} brings ${found.starts} about, which begins a run.`)]
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
  const message = `${late.join(", ")} ends the run, and after an end only what undoes reacts; ${r.id} never will.`;
  return [warningAt(at(found, r, "on"), "after-end", message)];
});

/** Each reaction fires once, so a circle ends; but whoever drew it hardly meant that. Those that repeat never end. */
const cycle: Rule = (found) => {
  const endless = circleOf(found.reactions.filter((r) => r.repeat));
  const circle = endless ?? circleOf(found.reactions);
  const [first] = circle ?? [];
  if (!circle || !first) return [];
  const names = circle.map(({ id }) => id);
  const around = `${names.slice(0, 12).join(" → ")} → ${first.id}`;
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

// ---------------------------------------------------------------- expressions

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

const rules: readonly Rule[] = [
  oneName,
  doesOneThing,
  undoesSomething,
  undoesAlike,
  undoCanBeTold,
  expectsItsOwn,
  saysNoFinalEvent,
  beginsWithoutEnding,
  failsAreExpected,
  isSeen,
  saysHowLong,
  hasUndo,
  isSaid,
  isHandled,
  beginsOnce,
  isReached,
  reactsBeforeTheEnd,
  cycle,
  canBeRead,
  tellsRunsApart,
  readsWhatComes,
];
