import type { Deps } from "../../deps";
import type { Brokers } from "../brokers";
import { startIntake } from "../intake";
import type { BrokerLink } from "../link";

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
