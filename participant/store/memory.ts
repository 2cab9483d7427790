import { scopeOf } from "../command";
import { type Book, claimMs, type Letter, type Next, type Outcome, type Place, type Sought, type Store } from "./store";

type Due<T> = T & { readonly dueAt: number | null };
type Pages = {
  readonly outcomes: Map<string, Due<Outcome> & { readonly at: number }>;
  readonly letters: Map<string, Due<Letter>>;
};

/** Remembers for as long as the process lives: for tests and first steps. A handler has no `tx`, it is null. */
export function memoryStore(): Store<null> {
  const pages: Pages = { outcomes: new Map(), letters: new Map() };
  const queues = new Map<string, Promise<unknown>>();
  const inTurn = <T>(scope: string, work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(scope) ?? Promise.resolve()).then(work, work);
    queues.set(scope, turn);
    const leave = () => queues.get(scope) === turn && queues.delete(scope);
    turn.then(leave, leave);
    return turn;
  };
  return {
    transaction: (scope, work) =>
      inTurn(scope, async () => {
        const draft: Draft = { outcomes: new Map(), letters: new Map() };
        const result = await work(bookOf(pages, draft));
        settle(pages.outcomes, draft.outcomes);
        settle(pages.letters, draft.letters);
        return result;
      }),
    next: async (service, kind) => {
      const due: (Next & { readonly isFirst?: boolean })[] = [];
      const now = Date.now();
      if (kind === "letter")
        for (const { id, scope, dueAt, kind: what, ...letter } of pages.letters.values())
          if (letter.service === service)
            due.push({ id, scope, inMs: (dueAt ?? now) - now, isFirst: what === "reply" });
      if (kind === "work")
        for (const { key, state, dueAt, ...outcome } of pages.outcomes.values())
          if (outcome.service === service && state === "waiting" && dueAt !== null)
            due.push({ id: key, scope: scopeOf({ ...outcome, key }), inMs: dueAt - now });
      due.sort((one, other) => one.inMs - other.inMs);
      const next = due.find(({ inMs, isFirst }) => inMs <= 0 && isFirst === true) ?? due[0] ?? null;
      const given = kind === "work" && next !== null && next.inMs <= 0 ? pages.outcomes.get(next.id) : undefined;
      if (given) pages.outcomes.set(given.key, { ...given, dueAt: now + claimMs });
      return next;
    },
    renew: async (key) => {
      const outcome = pages.outcomes.get(key);
      const until = Date.now() + claimMs;
      if (outcome?.state === "waiting" && outcome.dueAt !== null && outcome.dueAt < until)
        pages.outcomes.set(key, { ...outcome, dueAt: until });
    },
  };
}

/** What a transaction would write; null: it takes it away. */
type Draft = { readonly [K in keyof Pages]: Map<string, (Pages[K] extends Map<string, infer V> ? V : never) | null> };

function settle<T>(page: Map<string, T>, draft: Map<string, T | null>): void {
  for (const [key, value] of draft) {
    if (value === null) page.delete(key);
    else page.set(key, value);
  }
}

function seen<T>(page: Map<string, T>, draft: Map<string, T | null>): readonly T[] {
  const all = new Map(page);
  settle(all, draft);
  return [...all.values()];
}

function bookOf(pages: Pages, draft: Draft): Book<null> {
  const outcomes = () => seen(pages.outcomes, draft.outcomes);
  const letters = () => seen(pages.letters, draft.letters);
  const letterOf = (id: string) => letters().find((letter) => letter.id === id) ?? null;
  return {
    tx: null,
    find: async (key) => outcomes().find((outcome) => outcome.key === key) ?? null,
    findAll: async (sought) =>
      outcomes()
        .filter((outcome) => (outcome.state === "done" || outcome.state === "waiting") && matches(outcome, sought))
        .sort((one, other) => one.at - other.at),
    isBarred: async (place) =>
      outcomes().some((outcome) => outcome.state === "barredStep" && isSame(outcome, place, outcome.item)),
    keep: async (outcome) => {
      const now = Date.now();
      const at = outcomes().find(({ key }) => key === outcome.key)?.at ?? now;
      draft.outcomes.set(outcome.key, { ...outcome, at, dueAt: outcome.inMs === null ? null : now + outcome.inMs });
    },
    forget: async (key) => void draft.outcomes.set(key, null),
    post: async (letter) => void draft.letters.set(letter.id, { ...letter, dueAt: Date.now() }),
    letter: async (id) => letterOf(id),
    postpone: async (id, ms, tries) => {
      const letter = letterOf(id);
      if (letter) draft.letters.set(id, { ...letter, tries, dueAt: Date.now() + ms });
    },
    drop: async (id) => void draft.letters.set(id, null),
    withdraw: async (key) => {
      for (const letter of letters()) if (letter.key === key) draft.letters.set(letter.id, null);
    },
  };
}

function matches(outcome: Outcome, sought: Sought): boolean {
  if (!("subject" in sought)) return isSame(outcome, sought, sought.item);
  const { service, command, subject } = outcome;
  return service === sought.service && command === sought.command && subject === sought.subject;
}

/** `item` null: any. */
function isSame(one: Place, other: Place, item: number | null): boolean {
  const isPlace = one.service === other.service && one.command === other.command && one.run === other.run;
  return isPlace && one.run !== null && one.step === other.step && (item === null || one.item === other.item);
}
