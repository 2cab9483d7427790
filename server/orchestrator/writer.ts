/**
 * The writer: group commit for decisions. It takes what is pending of all runs, as many as fit one flush, and writes it
 * as one statement; two flushes are under way at most, the next fills meanwhile.
 *
 * It owns which run is in which flush, and nothing of what a decision means.
 *
 * W1 A run is in one flush at a time, with everything of it that was pending.
 * W2 Nothing that follows from a decision happens before its flush has answered (`committed`).
 * W3 Any error is an unknown outcome: `failed` is called once, and the writer writes no more. But an answer that the data
 *    was refused is known: nothing was written. Then the runs go apart, and the one at fault rests alone.
 */
import type pg from "pg";
import { isEnded } from "@/engine";
import { type OwnedRun, type Pending, pendingOf } from "./owned-run";
import { toRunRow } from "./run-row";
import { isAboutData } from "./sql/errors";
import { type Flush, flush, type RunRow, type SnapshotRow } from "./sql/flush";
import { toStorable } from "./storable";

/** More events in a statement made it slower, not faster. */
const mostEvents = 512;
/** Characters of log and of events that go out in one statement, unless one run alone has more: it must be read, sent and written in time. */
const mostText = 8 * 1024 * 1024;
/** A state that is longer gets no snapshot: the log is the truth, and folds to it. */
const longestSnapshot = 4 * 1024 * 1024;
/** A run put down with this many decisions since its snapshot gets a new one; a long run gets one this often anyway. */
const snapshotAfter = { putDown: 50, running: 500 };

export type Written = { readonly run: OwnedRun; readonly pending: Pending; readonly released: boolean };

export type WriterOptions = {
  readonly clients: readonly pg.Client[];
  readonly incarnation: string;
  readonly now: () => number;
  readonly committed: (written: readonly Written[]) => void;
  /** What was decided of this run cannot be written. */
  readonly refused: (run: OwnedRun, dropped: readonly Pending[], error: unknown) => void;
  readonly failed: (error: unknown) => void;
};

export class Writer {
  readonly #options: WriterOptions;
  readonly #idle: pg.Client[];
  #line: OwnedRun[] = [];
  #scheduled = false;
  #closed = false;
  #pendingEvents = 0;
  #flushes = 0;
  #events = 0;
  readonly #durations: number[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#idle = [...options.clients];
  }

  get stats() {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    const flushMs = Math.round((sorted[sorted.length >> 1] ?? 0) * 100) / 100;
    return { flushes: this.#flushes, events: this.#events, pendingEvents: this.#pendingEvents, flushMs };
  }

  /** True when nothing waits and no flush is under way. */
  get isIdle(): boolean {
    return this.#line.length === 0 && this.#idle.length === this.#options.clients.length;
  }

  /** Something of the run is pending, or it is to be put down. */
  add(run: OwnedRun, events: number): void {
    this.#pendingEvents += events;
    if (run.inFlight || run.queued) return;
    run.queued = true;
    this.#line.push(run);
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#line = [];
  }

  /** After this turn of the event loop, so that all that it brings goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#closed && this.#line.length > 0) {
      const client = this.#idle.pop();
      if (!client) return;
      void this.#write(client, this.#take()).then(() => this.#rest(client));
    }
  }

  #take(): readonly Part[] {
    const parts: Part[] = [];
    const now = this.#options.now();
    let [events, text] = [0, 0];
    while (parts.length < this.#line.length && events < mostEvents && parts.length < mostEvents && text < mostText) {
      const part = partOf(this.#line[parts.length] as OwnedRun, now);
      parts.push(part);
      events += part.written.pending.events.length;
      for (const { transitions } of part.written.pending.events) text += transitions.length;
      for (const { event } of part.written.pending.deliveries) text += event.length;
    }
    this.#line = this.#line.slice(parts.length);
    return parts;
  }

  #rest(client: pg.Client): void {
    if (this.#closed) return;
    this.#idle.push(client);
    this.#schedule();
  }

  async #write(client: pg.Client, parts: readonly Part[]): Promise<void> {
    const sentAt = performance.now();
    const batch = toBatch(parts);
    try {
      await flush(client, this.#options.incarnation, batch);
    } catch (error) {
      if (this.#closed) return;
      if (isAboutData(error)) return this.#writeApart(client, parts, error);
      this.close();
      return this.#options.failed(error);
    }
    if (this.#closed) return;
    this.#durations[this.#flushes % 128] = performance.now() - sentAt;
    this.#flushes += 1;
    this.#events += batch.events.length;
    this.#pendingEvents -= batch.events.length;
    const written = parts.map((part) => part.written);
    for (const { run } of written) {
      run.inFlight = false;
      if (run.pending && !run.queued) this.add(run, 0);
    }
    this.#options.committed(written);
  }

  /** The statement was refused for what is in it, so nothing was written: the others shall not suffer for one. */
  async #writeApart(client: pg.Client, parts: readonly Part[], error: unknown): Promise<void> {
    const [only] = parts;
    if (parts.length === 1 && only) return this.#refused(only, error);
    const half = parts.length >> 1;
    await this.#write(client, parts.slice(0, half));
    if (!this.#closed) await this.#write(client, parts.slice(half));
  }

  #refused({ written: { run, pending } }: Part, error: unknown): void {
    const dropped = run.pending ? [pending, run.pending] : [pending];
    for (const { events } of dropped) this.#pendingEvents -= events.length;
    run.inFlight = false;
    run.releasing = false;
    run.pending = null;
    this.#options.refused(run, dropped, error);
  }
}

/** What a flush carries of one run. */
type Part = { readonly written: Written; readonly row: RunRow | null; readonly snapshot: SnapshotRow | null };

/** Rows come sorted by key, or two flushes deadlock. */
function toBatch(parts: readonly Part[]): Flush {
  const pending = parts.map(({ written }) => written.pending);
  const events = pending.flatMap((p) => p.events);
  const runs = parts.flatMap(({ row }) => row ?? []);
  const snapshots = parts.flatMap(({ snapshot }) => snapshot ?? []);
  const messages = pending.flatMap((p) => p.messages);
  const deliveries = pending.flatMap((p) => p.deliveries);
  const inbox = pending.flatMap((p) => p.inbox);
  events.sort((a, b) => (a.run === b.run ? a.seq - b.seq : a.run < b.run ? -1 : 1));
  runs.sort((a, b) => (a.id < b.id ? -1 : 1));
  snapshots.sort((a, b) => (a.run < b.run ? -1 : 1));
  messages.sort((a, b) => (a.id < b.id ? -1 : 1));
  deliveries.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { events, runs, snapshots, messages, deliveries, inbox: inbox.sort() };
}

function partOf(run: OwnedRun, now: number): Part {
  const pending = pendingOf(run);
  run.pending = null;
  run.queued = false;
  run.inFlight = true;
  const released = mayRelease(run, pending);
  run.releasing = released;
  const row = released || pending.writeRow ? toRunRow(run, !released, now) : null;
  return { written: { run, pending, released }, row, snapshot: snapshotOf(run, released) };
}

function snapshotOf(run: OwnedRun, released: boolean): SnapshotRow | null {
  const since = run.state.seq - run.snapshotSeq;
  if (since < (released ? snapshotAfter.putDown : snapshotAfter.running)) return null;
  run.snapshotSeq = run.state.seq;
  const text = textOf(run);
  return text === null || text.length > longestSnapshot ? null : { run: run.id, seq: run.state.seq, state: text };
}

/** Null: longer than a text can be. */
function textOf({ state }: OwnedRun): string | null {
  try {
    return toStorable(state).text;
  } catch {
    return null;
  }
}

/** An ended run is let go with its last decision; one that somebody else must call for is not while a call is open. */
function mayRelease(run: OwnedRun, pending: Pending): boolean {
  if (run.openCalls > 0 || pending.commands.length > 0 || run.busy) return false;
  return run.putDown || isEnded(run.state);
}
