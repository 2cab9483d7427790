import type { Mutant } from "./mutant";

const link = "server/brokers/nats/link.nats.db.test.ts";
const sagas = "server/brokers/sagas-over.nats.db.test.ts";

export const carrying: readonly Mutant[] = [
  {
    name: "taken-before-durable",
    safeguard: "a broker's message is acknowledged only once it was taken",
    edits: [
      [
        "server/brokers/nats/reader.ts",
        "await this.#take([...incoming.values()]);",
        "void this.#take([...incoming.values()]).catch(() => {});",
      ],
    ],
    caughtBy: [{ file: link, only: "what could not be taken comes again" }],
  },
  {
    name: "published-under-any-id",
    safeguard: "what is published again has the id that it had",
    edits: [["server/brokers/nats/publish-once.ts", "msgID: message.id,", "msgID: message.id + Math.random(),"]],
    caughtBy: [{ file: link, only: "whose acknowledgement is lost" }],
  },
  {
    name: "doubt-taken-for-no",
    safeguard: "a publish that nobody acknowledged is unknown, not undone",
    edits: [["server/brokers/nats/link.ts", 'if (sent === "in_doubt") isInDoubt = true;', ""]],
    caughtBy: [{ file: link, only: "unknown once it was sent" }],
  },
  {
    name: "undelivered-counted",
    safeguard: "a command that no broker took spends no attempt",
    edits: [["server/orchestrator/transports/broker.ts", "undelivered: true,", ""]],
    caughtBy: [{ file: sagas, only: "while the broker is away" }],
  },
  {
    name: "dead-letter-dropped",
    safeguard: "a message that cannot be taken is kept for a person",
    edits: [["server/brokers/intake.ts", "await putDeadLetters(taking.deps.prisma, dead);", ""]],
    caughtBy: [{ file: sagas, only: "what cannot be taken is a dead letter" }],
  },
  {
    name: "dead-letter-twice",
    safeguard: "a message that comes again before it was acknowledged is one dead letter",
    edits: [
      ["server/messages/dead-letters.ts", "identity === null ? null : toStorableString(identity)", "identity && null"],
    ],
    caughtBy: [{ file: "server/brokers/dead-once.nats.db.test.ts", only: "comes again, and is one dead letter" }],
  },
  {
    name: "any-broker-answers",
    safeguard: "a broker speaks only for the services that are registered on it",
    edits: [["server/messages/reply-request.ts", "return caller.services.has(service);", "return true;"]],
    caughtBy: [{ file: sagas, only: "moved to another broker is refused" }],
  },
  {
    name: "any-source-answers",
    safeguard: "on one broker a service answers only as itself",
    edits: [["server/messages/reply-request.ts", "event.source !== command.service", 'event.source === ""']],
    caughtBy: [{ file: sagas, only: "speaks for another one" }],
  },
  {
    name: "any-subject-answers",
    safeguard: "what a service says comes by the address that the broker lets it publish to",
    edits: [["server/messages/accept-replies.ts", "(refuseMisplaced(caller, message) ?? each)", "each"]],
    caughtBy: [{ file: sagas, only: "speaks for another one" }],
  },
  {
    name: "credentials-sent-elsewhere",
    safeguard: "kept credentials go only to the address that they were given for",
    edits: [
      [
        "server/brokers/settings.ts",
        "if (!known?.credentials || (known.url === wanted.url && !isInClearNow(known, wanted))) return;",
        "return;",
      ],
    ],
    caughtBy: [{ file: "server/brokers/brokers.db.test.ts", only: "credentials stay as they were" }],
  },
  {
    name: "broker-address-not-judged",
    safeguard: "a broker is connected to only at an address that may be used",
    edits: [["server/brokers/resolve-address.ts", "isAllowed(address, allowPrivateNetwork)", 'address !== ""']],
    caughtBy: [{ file: "server/brokers/nats/check.nats.db.test.ts", only: "an address that may not be used" }],
  },
];
