/**
 * Does the work that was put off, and sends the letters of the outbox. Two hands, so that a letter which nobody takes
 * keeps no work waiting.
 */
import type { CloudEvent } from "../events";
import { claimMs, type Letter, type Next, type Store } from "../store/store";
import { Hand, longestRestMs, type Report, shortestRestMs } from "./hand";

/** `refusal`: what was said against it; null: nobody was there. `isFinal`: it will never be taken. */
export type Sent =
  | { readonly taken: true }
  | { readonly taken: false; readonly refusal: string | null; readonly isFinal?: boolean };

/** Takes what a participant says of itself to where it is heard. */
export type Sender = { readonly send: (kind: Letter["kind"], event: CloudEvent) => Promise<Sent> };

type Options<Tx> = {
  readonly service: string;
  readonly store: Store<Tx>;
  readonly sender: Sender;
  /** Does the work under a key. */
  readonly work: (key: string) => Promise<void>;
  readonly onError: Report;
};

export type PostOffice = { readonly wake: () => void; readonly stop: () => Promise<void> };

const firstPauseMs = 250;
const longestPauseMs = 15_000;
/** After so many the pause is the longest. */
const triesOfSilence = Math.ceil(Math.log2(longestPauseMs / firstPauseMs));
/** A reply that is still refused after a day of trying is for a run that nobody has any more. */
const mostTries = (24 * 60 * 60 * 1000) / longestPauseMs;

export function openPostOffice<Tx>(options: Options<Tx>): PostOffice {
  const stopping = new AbortController();
  const { onError } = options;
  const letters = new Hand({ once: () => sendOnce(options), stopping: stopping.signal, onError });
  const work = new Hand({ once: () => workOnce(options, letters), stopping: stopping.signal, onError });
  return {
    wake: () => {
      work.wake();
      letters.wake();
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([work.stopped, letters.stopped]);
    },
  };
}

async function workOnce<Tx>({ service, store, work, onError }: Options<Tx>, letters: Hand): Promise<number> {
  const next = await store.next(service, "work");
  if (next === null || next.inMs > 0) return restUntil(next);
  // However long it takes, nobody else is given it meanwhile.
  const renewal = setInterval(() => void store.renew(next.id).catch(onError), claimMs / 3);
  // What fails is put off again by itself: what is behind it need not wait.
  await work(next.id)
    .catch(onError)
    .finally(() => clearInterval(renewal));
  letters.wake();
  return 0;
}

async function sendOnce<Tx>({ service, store, sender, onError }: Options<Tx>): Promise<number> {
  const next = await store.next(service, "letter");
  if (next === null || next.inMs > 0) return restUntil(next);
  // Its scope is held meanwhile, so that it is sent by one and withdrawn by none: it arrives before its undo's answer.
  await store.transaction(next.scope, async (book) => {
    const letter = await book.letter(next.id);
    if (letter === null) return;
    const sent = await sender.send(letter.kind, letter.event).catch(notSent);
    const isHopeless = !sent.taken && isGivenUp(letter, sent);
    if (sent.taken || isHopeless) await book.drop(letter.id);
    else await book.postpone(letter.id, pauseAfter(letter), triesAfter(letter, sent.refusal));
    if (sent.taken || sent.refusal === null) return;
    const what = letter.kind === "reply" ? "A reply" : "An event";
    if (isHopeless) onError(new Error(`${what} was given up, ${letter.id}: ${sent.refusal}`));
    else if (letter.tries === 0) onError(new Error(`${what} was not taken: ${sent.refusal}`));
  });
  return 0;
}

/** An event is owed for ever, and so is what nobody was there to take. */
function isGivenUp({ kind, tries }: Letter, { refusal, isFinal }: Sent & { readonly taken: false }): boolean {
  return isFinal === true || (kind === "reply" && refusal !== null && tries >= mostTries);
}

function pauseAfter({ tries }: Letter): number {
  return Math.min(firstPauseMs * 2 ** Math.min(tries, triesOfSilence), longestPauseMs);
}

/** That nobody is there makes the pauses longer, and says nothing of how often it was refused. */
function triesAfter({ tries }: Letter, refusal: string | null): number {
  return refusal === null ? Math.min(tries + 1, triesOfSilence) : tries + 1;
}

/** A letter that cannot be sent must not keep what is behind it waiting. */
function notSent(error: unknown): Sent {
  return { taken: false, refusal: error instanceof Error ? error.message : String(error) };
}

function restUntil(next: Next | null): number {
  return next === null ? longestRestMs : Math.min(Math.max(next.inMs, shortestRestMs), longestRestMs);
}
