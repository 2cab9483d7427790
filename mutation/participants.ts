import type { Mutant } from "./mutant";

const handle = "participant/handle.ts";
const settle = "participant/settle.ts";
const http = "participant/transports/answer-http.ts";

const message = "participant/transports/message.ts";

const handled = "participant/handle.db.test.ts";
const late = "participant/later.db.test.ts";
const brings = "participant/transports/message.test.ts";
const listens = "participant/transports/listen.test.ts";

export const participating: readonly Mutant[] = [
  {
    name: "participant-without-lock",
    safeguard: "commands of one step are handled one at a time",
    edits: [["participant/store/postgres.ts", "values: [scope]", "values: [`${scope}${Math.random()}`]"]],
    caughtBy: [{ file: handled, only: "at the same moment" }],
  },
  {
    name: "participant-without-tombstone",
    safeguard: "an undo that comes first bars its action",
    edits: [[handle, "if (outcomes.length === 0) await bar(", "if (outcomes.length > 99) await bar("]],
    caughtBy: [{ file: handled, only: "an undo that comes first" }],
  },
  {
    name: "participant-undoes-twice",
    safeguard: "what was undone is not undone again",
    edits: [[handle, 'state === "done" && undoneBy === null', 'state === "done"']],
    caughtBy: [{ file: handled, only: "takes back what stands, once" }],
  },
  {
    name: "participant-undo-by-any-key",
    safeguard: "a field of the saga that is called key is not taken for the action's",
    edits: [
      [handle, 'return textAt(input, "action_key")', 'return textAt(input, "action_key") ?? textAt(input, "key")'],
    ],
    caughtBy: [{ file: handled, only: "whose input has a key of its own" }],
  },
  {
    name: "participant-probe-without-fence",
    safeguard: "a probe that says no sees to it that it stays so",
    edits: [
      [handle, 'await book.keep({ ...tombstone, key, state: "barred" });\n  }\n  return', "void key;\n  }\n  return"],
    ],
    caughtBy: [{ file: handled, only: "a probe tells what happened" }],
  },
  {
    name: "participant-reply-not-withdrawn",
    safeguard: "of what was undone no success is told that nobody has taken yet",
    edits: [[handle, "await book.withdraw(outcome.key)", "void outcome.key"]],
    caughtBy: [{ file: late, only: "withdraws a reply" }],
  },
  {
    name: "participant-late-work-after-undo",
    safeguard: "work whose undo came while it waited is not done",
    edits: [[settle, "if (waiting.undoneBy !== null) return close(book, waiting);\n      const", "const"]],
    caughtBy: [{ file: late, only: "before the work wins" }],
  },
  {
    name: "participant-signature-of-another-key",
    safeguard: "a signature holds for the key that was signed, and no other",
    edits: [[http, 'headers["webhook-id"] !== key', 'headers["webhook-id"] === ""']],
    caughtBy: [{ file: listens, only: "is refused, and nothing is done" }],
  },
  {
    name: "participant-signature-of-any-age",
    safeguard: "what was overheard is not good for long",
    edits: [["participant/signature.ts", "> toleranceMs", "> Number.MAX_VALUE"]],
    caughtBy: [{ file: listens, only: "is refused, and nothing is done" }],
  },
  {
    name: "participant-reacts-twice",
    safeguard: "an event is reacted to once",
    edits: [["participant/hear.ts", "if ((await book.find(key)) !== null) return;", ""]],
    caughtBy: [{ file: late, only: "reacted to once" }],
  },
  {
    name: "participant-unsigned-headers-believed",
    safeguard: "headers that no signature covers say no event",
    edits: [
      [
        "participant/transports/answer-http.ts",
        "secret !== null && isInBinaryMode(call.headers)",
        "secret === undefined",
      ],
    ],
    caughtBy: [{ file: "participant/transports/listen.test.ts", only: "an event in binary mode" }],
  },
  {
    name: "participant-outage-blamed",
    safeguard: "a store that cannot be reached is no message's fault",
    edits: [[message, "if (!isBlamed(error) && !(await isThere(participant)))", "if (error === null)"]],
    caughtBy: [{ file: brings, only: "no failure is counted" }],
  },
  {
    name: "participant-unwritable-held",
    safeguard: "what a store will never have holds up nothing for ever",
    edits: [[message, "if (!isBlamed(error) && !(await isThere(participant)))", "if (!isBlamed(error))"]],
    caughtBy: [{ file: brings, only: "what a store that is there will never have" }],
  },
  {
    name: "participant-undo-given-up",
    safeguard: "an undo comes again for as long as it takes",
    edits: [[message, 'half === "compensation" ? null : mostFailures', "mostFailures"]],
    caughtBy: [{ file: brings, only: "an undo that breaks is owed" }],
  },
  {
    name: "participant-unsayable-tried-for-ever",
    safeguard: "an answer that can never be said is not tried for ever",
    edits: [[message, "error instanceof TooLarge ?", "error === null ?"]],
    caughtBy: [{ file: brings, only: "longer than a message may be" }],
  },
];
