/**
 * The writer: group commit for decisions. It takes what is pending of all runs, as many as fit one flush, and writes it
 * as one statement; two flushes are under way at most, the next fills meanwhile.
 *
 * It owns which run is in which flush, and nothing of what a decision means.
 *
 * W1 A run is in one flush at a time, with everything of it that was pending.
 * W2 Nothing that follows from a decision happens before its flush has answered (`committed`).
 * W3 Any error is an unknown outcome: `failed` is called once, and the writer writes no more.
 */
import type pg from "pg";
import { isEnded } from "@/engine";
import { type OwnedRun, type Pending, pendingOf } from "./owned-run";
import { toRunRow } from "./run-row";
import { type EventRow, type Flush, flush, type MessageRow, type RunRow, type SnapshotRow } from "./sql/flush";
import { toStorable } from "./storable";

/** More events in a statement made it slower, not faster. */
const mostEvents = 512;
/** A run put down with this many decisions since its snapshot gets a new one; a long run gets one this often anyway. */
const snapshotAfter = { putDown: 50, running: 500 };

export type Written = { readonly run: OwnedRun; readonly pending: Pending; readonly released: boolean };

export type WriterOptions = {
  readonly clients: readonly pg.Client[];
  readonly incarnation: string;
  readonly now: () => number;
  readonly committed: (written: readonly Written[]) => void;
  readonly failed: (error: unknown) => void;
};

type Batch = Flush & {
  readonly written: Written[];
  readonly events: EventRow[];
  readonly runs: RunRow[];
  readonly inbox: string[];
  readonly messages: MessageRow[];
  readonly snapshots: SnapshotRow[];
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
      void this.#write(client, this.#take());
    }
  }

  #take(): Batch {
    const batch: Batch = { written: [], events: [], runs: [], inbox: [], messages: [], snapshots: [] };
    const now = this.#options.now();
    let taken = 0;
    while (taken < this.#line.length && batch.events.length < mostEvents && batch.written.length < mostEvents) {
      addTo(batch, this.#line[taken] as OwnedRun, now);
      taken += 1;
    }
    this.#line = this.#line.slice(taken);
    batch.events.sort((a, b) => (a.run === b.run ? a.seq - b.seq : a.run < b.run ? -1 : 1));
    batch.runs.sort((a, b) => (a.id < b.id ? -1 : 1));
    batch.snapshots.sort((a, b) => (a.run < b.run ? -1 : 1));
    batch.messages.sort((a, b) => (a.id < b.id ? -1 : 1));
    batch.inbox.sort();
    return batch;
  }

  async #write(client: pg.Client, batch: Batch): Promise<void> {
    const sentAt = performance.now();
    try {
      await flush(client, this.#options.incarnation, batch);
    } catch (error) {
      if (this.#closed) return;
      this.close();
      return this.#options.failed(error);
    }
    if (this.#closed) return;
    this.#durations[this.#flushes % 128] = performance.now() - sentAt;
    this.#flushes += 1;
    this.#events += batch.events.length;
    this.#pendingEvents -= batch.events.length;
    this.#idle.push(client);
    for (const { run } of batch.written) {
      run.inFlight = false;
      if (run.pending && !run.queued) this.add(run, 0);
    }
    this.#options.committed(batch.written);
    this.#schedule();
  }
}

function addTo(batch: Batch, run: OwnedRun, now: number): void {
  const pending = pendingOf(run);
  run.pending = null;
  run.queued = false;
  run.inFlight = true;
  const released = mayRelease(run, pending);
  run.releasing = released;
  batch.events.push(...pending.events);
  batch.inbox.push(...pending.inbox);
  batch.messages.push(...pending.messages);
  if (released || pending.writeRow) batch.runs.push(toRunRow(run, !released, now));
  const since = run.state.seq - run.snapshotSeq;
  if (since >= (released ? snapshotAfter.putDown : snapshotAfter.running)) {
    batch.snapshots.push({ run: run.id, seq: run.state.seq, state: toStorable(run.state).text });
    run.snapshotSeq = run.state.seq;
  }
  batch.written.push({ run, pending, released });
}

/** An ended run is let go with its last decision; one that somebody else must call for is not while a call is open. */
function mayRelease(run: OwnedRun, pending: Pending): boolean {
  if (run.openCalls > 0 || pending.commands.length > 0 || run.busy) return false;
  return run.putDown || isEnded(run.state);
}
