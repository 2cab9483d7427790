import type { Mutant } from "./mutant";

const at = "server/orchestrator";
const bring = `${at}/bring-told.ts`;
const place = `${at}/place-told.ts`;
const accept = "server/messages/accept-events.ts";

const events = "server/messages/events.db.test.ts";
const told = `${at}/told.db.test.ts`;

/** What choreographies hear of. */
export const hearing: readonly Mutant[] = [
  {
    name: "event-without-lock",
    safeguard: "an event and the start that it came before cannot miss each other",
    edits: [[bring, "await lockKeys(client, [...keys.values()]);", "lockKeys.toString();"]],
    caughtBy: [{ file: told, only: "holds a key for too long" }],
  },
  {
    name: "event-told-twice",
    safeguard: "an event that is told again changes nothing",
    edits: [
      [place, "const before = this.#world.used.get(dedupe);", "const before = this.#world.used.get(`${dedupe}?`);"],
    ],
    caughtBy: [{ file: events, only: "the same event again" }],
  },
  {
    name: "early-event-forgotten",
    safeguard: "what came before a run is handed to it when it begins",
    edits: [[place, "this.#awaited.push({ ...key, run: run.id });", "key.key.at(0);"]],
    caughtBy: [{ file: events, only: "right after the start" }],
  },
  {
    name: "early-events-out-of-order",
    safeguard: "early events are heard in the order in which they came",
    edits: [[`${at}/sql/write-told.ts`, "from t order by t.n", "from t order by t.n desc"]],
    caughtBy: [{ file: events, only: "right after the start" }],
  },
  {
    name: "early-event-stays-used",
    safeguard: "an event that became a dead letter can be told again",
    edits: [[`${at}/sql/expire-early.ts`, "array(select g.dedupe from g)", "array(select g.saga from g)"]],
    caughtBy: [{ file: `${at}/early-expirer.db.test.ts` }],
  },
  {
    name: "event-of-another-service",
    safeguard: "a service that signs speaks for nobody else",
    edits: [[accept, "if (own !== null && source !== own)", "if (own === source)"]],
    caughtBy: [{ file: "server/messages/signed-events.db.test.ts", only: "a service that signs it" }],
  },
  {
    name: "unsigned-headers-believed",
    safeguard: "an event is believed by a signature only where the signature covers all that it says",
    edits: [["server/api/signing-service.ts", "binaryMode(request.headers) !== null", "binaryMode([]) !== null"]],
    caughtBy: [{ file: "server/messages/binary-events.db.test.ts", only: "a signature covers no headers" }],
  },
];
