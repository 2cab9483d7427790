import { Script } from "node:vm";

type Slot = { sagaStudioTimedWork?: (() => unknown) | undefined };

const slot = globalThis as Slot;
const script = new Script("globalThis.sagaStudioTimedWork()", { filename: "within-time" });

/** Work on what somebody wrote took too long, or called itself without end. */
export class TooCostly extends Error {}

/**
 * Runs what people's schemas and patterns make it do, for at most `milliseconds`: an expression's cost is counted by the
 * engine, but a regular expression or a web of `$ref` can take for ever in one call, and holds up everybody else.
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
  const outer = slot.sagaStudioTimedWork;
  slot.sagaStudioTimedWork = work;
  try {
    return script.runInThisContext({ timeout: milliseconds }) as T;
  } catch (error) {
    const isLate = (error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    if (isLate || error instanceof RangeError) throw new TooCostly("It takes too long", { cause: error });
    throw error;
  } finally {
    slot.sagaStudioTimedWork = outer;
  }
}
