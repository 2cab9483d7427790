/**
 * Commands over the queue of the studio: this side asks, so it needs no address. One loop claims as many as there are
 * free hands; each item is handled while its lease is kept alive. A lease that was lost is let go: somebody else has the
 * item, and what was remembered of it here answers when it comes again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../answer";
import type { Command } from "../command";
import { notNow } from "../events";
import { countAt, isJsonObject, parseJson, textAt } from "../json";
import type { Participant, Running } from "../participant";
import { askStudio, type Studio, studioSender } from "../post/studio";

export type PullOptions = {
  /** Where the studio is, if the participant was not told. */
  readonly studio?: string | Studio;
  /** How many commands are handled at once. */
  readonly concurrency?: number;
};

type Item = { readonly id: string; readonly lease: string; readonly command: Command };

const waitMs = 20_000;
const patienceMs = 10_000;
const heartbeatMs = 10_000;
const pausesMs = [250, 1_000, 2_000, 5_000] as const;

export async function pull<Tx>(participant: Participant<Tx>, options: PullOptions): Promise<Running> {
  const { concurrency = 10 } = options;
  const studio = typeof options.studio === "string" ? { url: options.studio } : (options.studio ?? participant.studio);
  if (studio === null) throw new Error(`${participant.name} was not told where the studio is`);
  const [stopping, closing] = [new AbortController(), new AbortController()];
  const puller = new Puller(participant, { studio, concurrency, stopping: stopping.signal });
  // Where the work comes from, its late replies go, and the events.
  const office = participant.open(studioSender(studio, participant.secret, closing.signal));
  const done = puller.run();
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    stopping.abort();
    await done;
    closing.abort();
    await office.stop();
  };
  return { stop: () => (stopped ??= stop()) };
}

type Means = { readonly studio: Studio; readonly concurrency: number; readonly stopping: AbortSignal };

class Puller<Tx> {
  readonly #participant: Participant<Tx>;
  readonly #means: Means;
  readonly #busy = new Set<Promise<void>>();
  /** Reports to the studio must still go out while we stop. */
  readonly #never = new AbortController().signal;

  constructor(participant: Participant<Tx>, means: Means) {
    this.#participant = participant;
    this.#means = means;
  }

  /** Ends when it is told to stop and everything that was claimed is answered. */
  async run(): Promise<void> {
    const { stopping, concurrency } = this.#means;
    let failures = 0;
    while (!stopping.aborted) {
      if (this.#busy.size >= concurrency) await Promise.race(this.#busy);
      const claimed = await this.#claim(concurrency - this.#busy.size);
      if (claimed === null && !stopping.aborted) {
        const pause = pausesMs[Math.min(failures, pausesMs.length - 1)];
        failures += 1;
        await sleep(pause, undefined, { signal: stopping }).catch(() => {});
      }
      if (claimed !== null) failures = 0;
      for (const item of claimed ?? []) this.#begin(item);
    }
    await Promise.all(this.#busy);
  }

  #begin(item: Item): void {
    const handling = this.#handle(item)
      .catch((error: unknown) => this.#participant.onError(error))
      .finally(() => this.#busy.delete(handling));
    this.#busy.add(handling);
  }

  /** Null: the studio did not answer as it should. */
  async #claim(max: number): Promise<readonly Item[] | null> {
    const answer = await this.#ask("claim", { max: Math.min(max, 100), waitMs }, waitMs + patienceMs);
    if (answer === null) return null;
    if (answer.status !== 200) return this.#complain(answer);
    const body = parseJson(answer.text);
    const items = isJsonObject(body) && Array.isArray(body.items) ? body.items : [];
    return items.flatMap((item: unknown) => toItem(this.#participant.name, item) ?? []);
  }

  #complained = "";
  #complain({ status, text }: { status: number; text: string }): null {
    const complaint = `Work cannot be claimed: ${status} ${text.slice(0, 300)}`;
    if (complaint !== this.#complained) this.#participant.onError(new Error(complaint));
    this.#complained = complaint;
    return null;
  }

  /** What nobody knows the outcome of is not reported: its lease ends, and it is claimed again. */
  async #handle(item: Item): Promise<void> {
    const beat = setInterval(() => void this.#beat(item, beat), heartbeatMs);
    try {
      const report = reportOf(await this.#participant.receive(item.command));
      if (report) await this.#report(item, report);
    } finally {
      clearInterval(beat);
    }
  }

  async #beat({ id, lease }: Item, beat: NodeJS.Timeout): Promise<void> {
    const answer = await this.#ask("heartbeat", { id, lease }, patienceMs, this.#never);
    if (answer !== null && answer.status >= 400 && answer.status < 500) clearInterval(beat);
  }

  /** Once more where nobody answered; what is not heard then comes again when the lease has ended. */
  async #report({ id, lease }: Item, { path, ...body }: Report): Promise<void> {
    for (const pause of [0, 250, 1_000, 4_000]) {
      if (pause > 0) await sleep(pause);
      const answer = await this.#ask(path, { id, lease, ...body }, patienceMs, this.#never);
      if (answer !== null && answer.status < 500) return;
    }
  }

  #ask(verb: string, body: object, timeoutMs: number, stopping = this.#means.stopping) {
    const { name, secret } = this.#participant;
    const path = `/api/v1/queues/${encodeURIComponent(name)}/${verb}`;
    return askStudio(this.#means.studio, secret, { path, body: { ...body }, timeoutMs, stopping });
  }
}

type Report = { readonly path: "complete" | "fail"; readonly [field: string]: unknown };

function reportOf(answer: Answer): Report | null {
  switch (answer.kind) {
    case "done":
      return { path: "complete", result: answer.result };
    case "refused": {
      const { status: _, ...error } = answer.problem;
      return { path: "fail", error };
    }
    case "busy":
      return { path: "fail", error: notNow(answer) };
    case "accepted":
    case "failed":
    case "unheard":
      return null;
  }
}

function toItem(service: string, item: unknown): Item | null {
  const [id, lease, key, name] = ["id", "lease", "key", "command"].map((field) => textAt(item, field));
  if (!id || !lease || !key || !name || !isJsonObject(item)) return null;
  const input = isJsonObject(item.input) ? item.input : {};
  const command: Command = {
    ...{ service, command: name, key, input, isLate: false },
    ...{ run: textAt(item, "run"), step: textAt(item, "step"), item: countAt(item, "item", 0) },
    ...{ attempt: countAt(item, "attempt", 1), generation: countAt(item, "generation", 1) },
  };
  return { id, lease, command };
}
