import { contextOf } from "./emitted";
import type { CloudEvent } from "./events";
import type { Reaction } from "./handler";
import type { Store } from "./store/store";

type Heard<Tx> = { readonly service: string; readonly event: CloudEvent; readonly reaction: Reaction<Tx> };

/** Reacts once to each event. Events of one subject are reacted to one at a time. */
export function hear<Tx>(store: Store<Tx>, { service, event, reaction }: Heard<Tx>): Promise<void> {
  const key = `${service} heard ${event.source} ${event.id}`;
  const scope = event.subject === undefined ? key : `${service} hears of ${event.subject}`;
  return store.transaction(scope, async (book) => {
    if ((await book.find(key)) !== null) return;
    const { context, flush } = contextOf(book, service);
    await reaction(event, context);
    await book.keep({
      ...{ key, service, command: event.type, run: null, step: null, item: null, attempt: null, generation: null },
      ...{ state: "done", undoneBy: null, subject: null, result: null, input: {}, note: null, inMs: null },
    });
    await flush();
  });
}
