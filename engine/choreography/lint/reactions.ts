/** Rules about what each reaction does, undoes and waits for. */
import { errorAt, warningAt } from "../../definition/facts";
import type { ReactionDocument } from "../document";
import { bringsAbout, eventsOf, failuresOf } from "../events";
import { at, called, calledById, each, type Rule } from "./found";

const oneName = each((found, r) =>
  found.reactions.findIndex(({ id }) => id === r.id) === found.reactions.indexOf(r)
    ? []
    : [errorAt(at(found, r, "id"), "duplicate-reaction", `There is a reaction ${r.id} already.`)],
);

const doesOneThing = each((found, r) => {
  if (r.send !== undefined && r.emit !== undefined)
    return [errorAt(at(found, r), "send-and-emit", `${called(r)} sends and says something; make it two reactions.`)];
  if (r.undoes !== undefined && r.emit !== undefined)
    return [
      errorAt(at(found, r, "emit"), "undo-says", `${called(r)} undoes something, which takes a command to send.`),
    ];
  if (r.send !== undefined || r.emit !== undefined || found.observed) return [];
  return [errorAt(at(found, r), "does-nothing", `${called(r)} does nothing; say what it sends or emits.`)];
});

const undoesSomething = each((found, r) => {
  if (r.undoes === undefined) return [];
  const undone = found.reactions.find(({ id }) => id === r.undoes);
  const refuse = (why: string) => [errorAt(at(found, r, "undoes"), "undoes-nothing", why)];
  if (undone === undefined) return refuse(`There is no reaction ${r.undoes} that ${called(r)} could undo.`);
  if (undone.undoes !== undefined) return refuse(`${called(undone)} undoes something itself, and is not undone.`);
  if (undone.emit !== undefined) return refuse(`${called(undone)} only says something, which nothing can unsay.`);
  if (undone.class === "readonly" || undone.class === "irreversible")
    return refuse(`${called(undone)} is ${undone.class}, so there is nothing to undo.`);
  return [];
});

/** The undo of a reaction is one command under one key, whichever event sets it off. */
const undoesAlike = each((found, r) => {
  const first = found.reactions.find((other) => r.undoes !== undefined && other.undoes === r.undoes);
  const sentAs = ({ send, http, timeout, retry }: ReactionDocument) => JSON.stringify([send, http, timeout, retry]);
  if (!first || first === r || sentAs(first) === sentAs(r)) return [];
  const message = `${called(first)} undoes ${calledById(found, first.undoes ?? r.id)} with ${first.send}; both must send the same in the same way, or be one reaction on several events.`;
  return [errorAt(at(found, r, "send"), "undo-differs", message)];
});

/** An undo that may be denied must say how: nothing else tells which of its events says that. */
const undoCanBeTold = each((found, r) => {
  if (r.undoes === undefined || (r.expect?.length ?? 0) < 2 || r.fails !== undefined) return [];
  const message = `${called(r)} expects ${r.expect?.join(", ")}; say with "fails" which of them say that it was not undone.`;
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
    return [errorAt(at(found, r, "fails"), "fails-unexpected", `${called(r)} does not expect ${strange.join(", ")}.`)];
  const fails = failuresOf(r, found.document);
  if (expected.length === 0 || fails.length < expected.length) return [];
  const message = `Every event that ${called(r)} expects says that it failed; say with "fails" which of them do.`;
  return [errorAt(at(found, r, "expect"), "cannot-succeed", message)];
});

const isSeen = each((found, r) => {
  if (!found.observed || bringsAbout(r).length > 0) return [];
  const message = "and services that are only watched are known by their events alone; say which one is expected.";
  return r.undoes === undefined
    ? [warningAt(at(found, r), "unseen", `Nothing shows that ${called(r)} was done, ${message}`)]
    : [
        errorAt(
          at(found, r),
          "undo-unseen",
          `Nothing shows that ${called(r)} undid ${calledById(found, r.undoes)}, ${message}`,
        ),
      ];
});

const saysHowLong = each((found, r) =>
  (r.expect?.length ?? 0) === 0 || r.within !== undefined
    ? []
    : [
        warningAt(
          at(found, r),
          "no-within",
          `${called(r)} waits for ever for ${r.expect?.join(" or ")}; say within what time.`,
        ),
      ],
);

const hasUndo = each((found, r) => {
  if (found.reactions.some(({ undoes }) => undoes === r.id)) return [];
  if (r.class === "compensable")
    return [
      errorAt(at(found, r, "class"), "compensable-without-undo", `${called(r)} is compensable, and nothing undoes it.`),
    ];
  const changes = r.send !== undefined || (found.observed && r.emit === undefined);
  if (r.undoes !== undefined || r.class !== undefined || !changes) return [];
  const message = `Nothing undoes ${called(r)}; add a reaction that does, or say that it is irreversible or readonly.`;
  return [warningAt(at(found, r), "effect-without-undo", message)];
});

export const reactionRules: readonly Rule[] = [
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
];
