"use client";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ServerToClient } from "@/contract/socket";
import { refreshApprovals } from "./approvals";
import { applyMovedRuns } from "./run-cache";
import { fetchLog, joinLog, runLogQuery } from "./run-log";
import { runQuery } from "./runs";
import { joinRoom, liveSocket } from "./socket";

type Message<Name extends keyof ServerToClient> = Parameters<ServerToClient[Name]>[0];

const SAGAS_REFRESH_MS = 2_000;
const LISTS_REFRESH_MS = 3_000;
const VIEW_REFRESH_MS = 400;

/**
 * Keeps every list of runs, the counters, the sagas' counts and the approvals true while mounted. A gap or a reconnect asks
 * the lists anew; who is asked for which decision no message says, so any run that moves is a reason to ask.
 */
export function useRunsRoom() {
  const client = useQueryClient();
  useEffect(() => {
    const refreshSagas = atMostEvery(SAGAS_REFRESH_MS, () => client.invalidateQueries({ queryKey: ["sagas", "list"] }));
    const refreshDecisions = atMostEvery(LISTS_REFRESH_MS, () => refreshApprovals(client));
    let seq = -1;
    const refreshLists = atMostEvery(LISTS_REFRESH_MS, () => {
      void client.invalidateQueries({ queryKey: ["runs", "list"] });
      void client.invalidateQueries({ queryKey: ["runs", "counts"] });
    });
    const changed = (message: Message<"runs:changed">) => {
      const gap = message.seq !== seq + 1;
      seq = message.seq;
      applyMovedRuns(client, message);
      refreshSagas.ask();
      refreshDecisions.ask();
      if (gap || message.more) refreshLists.ask();
      else void firstLists(client)?.then(refreshLists.ask);
    };
    liveSocket().on("runs:changed", changed);
    const leave = joinRoom(
      "runs",
      {
        join: (socket, answer) => socket.emit("runs:join", {}, answer),
        leave: (socket) => socket.emit("runs:leave", {}),
      },
      (answer) => {
        if (!answer.ok) return;
        const missed = seq >= 0 && answer.seq !== seq;
        seq = answer.seq;
        if (!missed) return;
        refreshLists.ask();
        refreshDecisions.ask();
      },
    );
    return () => {
      leave();
      liveSocket().off("runs:changed", changed);
      refreshSagas.stop();
      refreshDecisions.stop();
      refreshLists.stop();
    };
  }, [client]);
}

/** When the lists whose first page is on its way are here, which may be from before a message of now; null: there are none. */
function firstLists(client: QueryClient): Promise<unknown> | null {
  const lists = client.getQueryCache().findAll({ queryKey: ["runs", "list"], fetchStatus: "fetching" });
  const first = lists.filter((list) => list.state.data === undefined);
  return first.length === 0 ? null : Promise.allSettled(first.map((list) => list.fetch()));
}

/** Keeps one run's log and view true while mounted. */
export function useRunRoom(id: string) {
  const client = useQueryClient();
  useEffect(() => {
    const refreshView = atMostEvery(VIEW_REFRESH_MS, () => {
      void client.invalidateQueries({ queryKey: runQuery(id).queryKey });
      void refreshApprovals(client, id);
    });
    const entries = (message: Message<"run:entries">) => {
      if (message.run !== id) return;
      refreshView.ask();
      const log = client.getQueryData(runLogQuery(id).queryKey);
      const joined = log && joinLog(log, message.entries);
      if (joined) client.setQueryData(runLogQuery(id).queryKey, joined);
      else void reach(client, id, message.seq);
    };
    liveSocket().on("run:entries", entries);
    const leave = joinRoom(
      `run:${id}`,
      {
        join: (socket, answer) => socket.emit("run:join", { run: id }, answer),
        leave: (socket) => socket.emit("run:leave", { run: id }),
      },
      (answer) => {
        if (answer.ok) void reach(client, id, answer.seq).then((moved) => moved && refreshView.ask());
      },
    );
    return () => {
      leave();
      liveSocket().off("run:entries", entries);
      refreshView.stop();
    };
  }, [client, id]);
}

/**
 * Sees to it that the cached log goes as far as `seq`; answers whether something was missing. A log whose first fetch is
 * still on its way is waited for: it may be from before what the room told meanwhile.
 */
async function reach(client: QueryClient, id: string, seq: number): Promise<boolean> {
  await client.ensureQueryData(runLogQuery(id)).catch(() => null);
  const log = client.getQueryData(runLogQuery(id).queryKey);
  if (!log || (log.at(-1)?.seq ?? 0) >= seq) return false;
  await catchUp(client, id);
  return true;
}

/** Fetches what follows the cached log; what the socket brought meanwhile is kept. */
async function catchUp(client: QueryClient, id: string) {
  const key = runLogQuery(id).queryKey;
  const after = client.getQueryData(key)?.at(-1)?.seq ?? 0;
  const missed = await fetchLog(id, after).catch(() => null);
  const log = client.getQueryData(key);
  if (!missed || !log) return;
  const joined = joinLog(log, missed);
  if (joined) client.setQueryData(key, joined);
  else void client.invalidateQueries({ queryKey: key });
}

/** Who else has a draft open, and what they last saved. Writing it back is the designer's business. */
export function useDefinitionRoom(type: string) {
  const [people, setPeople] = useState<Message<"definition:presence">["people"]>([]);
  const [changed, setChanged] = useState<Message<"definition:changed">>();
  useEffect(() => {
    const onPresence = (message: Message<"definition:presence">) => message.type === type && setPeople(message.people);
    const onChanged = (message: Message<"definition:changed">) => message.type === type && setChanged(message);
    const socket = liveSocket();
    socket.on("definition:presence", onPresence);
    socket.on("definition:changed", onChanged);
    const leave = joinRoom(
      `definition:${type}`,
      {
        join: (live, answer) => live.emit("definition:join", { type }, answer),
        leave: (live) => live.emit("definition:leave", { type }),
      },
      () => undefined,
    );
    return () => {
      leave();
      socket.off("definition:presence", onPresence);
      socket.off("definition:changed", onChanged);
    };
  }, [type]);
  return { people, changed };
}

/** Runs `work` at once, then at most every `ms`, never losing the last ask. */
function atMostEvery(ms: number, work: () => unknown) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    again = false;
    work();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, ms);
  };
  return {
    ask: () => {
      if (timer) again = true;
      else run();
    },
    stop: () => clearTimeout(timer),
  };
}
