import type { Deps } from "../../deps";
import type { Brokers } from "../brokers";
import { startIntake } from "../intake";
import type { BrokerLink } from "../link";
import { until } from "./until";

type Take = Parameters<BrokerLink["consume"]>[0];

export type ReadingProcess = {
  /** How many messages it has taken. */
  readonly taken: () => number;
  readonly stop: () => Promise<void>;
};

/**
 * A process that reads a broker over a link of its own. One that `dies` is gone once the first that it takes is durable, and
 * before it acknowledges that.
 */
export function startReading(link: BrokerLink, deps: Deps, { dies = false } = {}): ReadingProcess {
  let taken = 0;
  const dying = (take: Take): Take => {
    return async (messages) => {
      if (dies && taken > 0) throw new Error("The process is gone");
      await take(messages);
      taken += messages.length;
      if (dies) throw new Error("The process goes");
    };
  };
  const watched: Pick<BrokerLink, "consume"> = { consume: (take, bury) => link.consume(dying(take), bury) };
  const brokers = { all: async () => new Map([["main", watched]]) } as unknown as Brokers;
  const intake = startIntake({ brokers, deps, log: deps.log });
  return {
    taken: () => taken,
    stop: async () => {
      await intake.stop();
      await link.close();
    },
  };
}

/** Takes messages by such processes, one after the other. */
export function takingBy(start: (options?: { readonly dies?: boolean }) => ReadingProcess) {
  const take = async (reading: ReadingProcess, count: number) => {
    await until(() => reading.taken() === count);
    await reading.stop();
  };
  return {
    /** Takes the one message that waits, and leaves it unacknowledged. */
    takeAndDie: () => take(start({ dies: true }), 1),
    /** Takes so many messages, and acknowledges them. */
    takeAndStop: (count: number) => take(start(), count),
  };
}
