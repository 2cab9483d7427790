/**
 * The mutants. A safeguard whose absence no test notices is a promise that nobody checks: so each is switched off in turn,
 * and the tests named must fail.
 */

import { carrying } from "./brokers";
import { reacting } from "./choreography";
import { hearing } from "./events";
import { arriving, calling, fencing } from "./hot-path";
import type { Mutant } from "./mutant";
import { participating } from "./participants";
import { pulling } from "./queues";
import { replying, unwinding } from "./rules";
import { telling } from "./telling";

export const mutants: readonly Mutant[] = [
  ...fencing,
  ...calling,
  ...arriving,
  ...unwinding,
  ...replying,
  ...reacting,
  ...hearing,
  ...pulling,
  ...telling,
  ...carrying,
  ...participating,
];

const key = "engine/key.ts";
const text = ":${half}";
const caughtBy = [{ file: "engine/forward.test.ts" }];

/** The check itself is checked: what changes nothing, or cannot be run at all, must not pass for caught. */
export const controls: readonly Mutant[] = [
  { name: "control-unchanged", safeguard: "nothing is switched off", edits: [[key, text, text]], caughtBy },
  { name: "control-unreadable", safeguard: "the source cannot be read", edits: [[key, text, "`}`"]], caughtBy },
];
