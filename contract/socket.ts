/**
 * What travels over Socket.IO (path `/socket.io/`, websocket only, session cookie or API key in `auth.key`).
 * Rooms: `runs`, and `run:<id>`. A run's messages carry `seq`: apply the ones that follow yours, fetch when there is a gap.
 */
import type { LogEntry } from "@/engine/run/transition";
import type { RunCounts, RunSummary } from "./runs";

export type JoinAnswer = { ok: true; seq: number } | { ok: false; code: string };

export type ClientToServer = {
  /** Watch one run; answers the run's last `seq`. */
  "run:join": (request: { run: string }, answer: (result: JoinAnswer) => void) => void;
  "run:leave": (request: { run: string }) => void;
  /** Watch the list and its counters. */
  "runs:join": (request: Record<string, never>, answer: (result: JoinAnswer) => void) => void;
  "runs:leave": (request: Record<string, never>) => void;
  /** Watch a definition's draft: who else is here, and saves by others. */
  "definition:join": (request: { type: string }, answer: (result: JoinAnswer) => void) => void;
  "definition:leave": (request: { type: string }) => void;
};

export type ServerToClient = {
  /** New rows of a run's log, in order, after each commit. */
  "run:entries": (message: { run: string; seq: number; entries: readonly LogEntry[] }) => void;
  /** Runs that moved, coalesced: rows as they are now, and the counters. `seq` grows by one with each message of the room. */
  "runs:changed": (message: { seq: number; runs: readonly RunSummary[]; more: boolean; counts: RunCounts }) => void;
  "definition:presence": (message: {
    type: string;
    seq: number;
    people: readonly { id: string; name: string }[];
  }) => void;
  /** Somebody saved or published: `revision` is the draft's now. */
  "definition:changed": (message: {
    type: string;
    seq: number;
    revision: number;
    latestVersion: number;
    by: string;
  }) => void;
};
