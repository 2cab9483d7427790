import type { Mutant } from "./mutant";

const hear = "engine/choreography/hear.ts";
const fire = "engine/choreography/fire.ts";
const settle = "engine/choreography/settle.ts";
const advance = "engine/choreography/advance.ts";
const missed = "engine/choreography/missed.ts";
const context = "engine/choreography/context.ts";

const driveTest = { file: "engine/choreography/drive.test.ts" };
const observeTest = { file: "engine/choreography/observe.test.ts" };

export const reacting: readonly Mutant[] = [
  {
    name: "event-heard-twice",
    safeguard: "an event that was heard changes nothing when it comes again",
    edits: [[hear, "if (heard.some((h) => h.id === event.id && h.source === event.source)) return;", ""]],
    caughtBy: [driveTest],
  },
  {
    name: "reaction-fires-again",
    safeguard: "a reaction fires once in a run",
    edits: [[fire, "if (!reaction.repeat && fired.some((f) => f.reaction === reaction.id)) return false;", ""]],
    caughtBy: [driveTest],
  },
  {
    name: "reactions-share-key",
    safeguard: "each reaction to each event has a key of its own",
    edits: [[context, ":${fired?.event ?? 0}", ""]],
    caughtBy: [driveTest],
  },
  {
    name: "reacts-after-the-end",
    safeguard: "after an end only what undoes reacts",
    edits: [
      [fire, "return !isOver(draft.state) && endsAs(draft.saga, type) === null;", "return true;"],
      [advance, "draft.state.unwind !== null || (end !== null && event >= end.number)", "false"],
    ],
    caughtBy: [{ file: "engine/choreography/histories.test.ts" }],
  },
  {
    name: "undo-changes-key",
    safeguard: "an undo keeps the key under which it was set off, whatever sets it off again",
    // Either of the two is enough.
    edits: [
      ["engine/choreography/reactions.ts", "fired.find((f, n) => n > own", "fired.findLast((f, n) => n > own"],
      [fire, 'if (firedAt(draft.saga, draft.state, place, "compensation") !== null) return false;', ""],
    ],
    caughtBy: [{ file: "engine/choreography/regressions.test.ts" }],
  },
  {
    name: "denied-undo-counts",
    safeguard: "a service that says that it did not undo is not taken for one that did",
    edits: [
      [
        settle,
        "return fails ? undoDenied(draft, place, event) : undone(draft, place, event);",
        "return undone(draft, place, event);",
      ],
    ],
    caughtBy: [{ file: "engine/choreography/regressions.test.ts" }],
  },
  {
    name: "event-not-missed",
    safeguard: "an expected event that does not come in time is told to a person",
    edits: [
      [
        missed,
        'if (!draft.isUnwinding) draft.record({ type: "AttentionRaised", reason: "missing_event", ...named });',
        "",
      ],
    ],
    caughtBy: [driveTest],
  },
  {
    name: "left-effect-untold",
    safeguard: "an effect that nothing undid is told at a failed end",
    edits: [[advance, "if (draft.places(index).some((place) => isLeft(draft, place))) tellMissing(draft, s.id);", ";"]],
    caughtBy: [driveTest],
  },
  {
    name: "end-does-not-wait",
    safeguard: "a run ends when everything under way has settled",
    edits: [[advance, "if (isUnderWay(draft)) return;\n  if (!unwinding)", "if (!unwinding)"]],
    caughtBy: [driveTest],
  },
  {
    name: "watched-run-sends",
    safeguard: "a saga that is only watched is sent nothing",
    edits: [["engine/commands.ts", 'if (saga.choreography?.mode === "observe") return [];', ""]],
    caughtBy: [observeTest],
  },
  {
    name: "undelivered-spends",
    safeguard: "a command that could not be delivered spends no attempt",
    edits: [["engine/half.ts", "spent: t.undelivered ? half.spent + 1 : half.spent,", "spent: half.spent,"]],
    caughtBy: [{ file: "engine/undelivered.test.ts" }],
  },
];
