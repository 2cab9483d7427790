/** `matches()` of CEL: whether a pattern is found anywhere in a text, in time linear in the text (RE2's promise). */
import { charge } from "./budget";
import { compilePattern, type Instruction, isWord } from "./pattern-program";

const compiled = new Map<string, readonly Instruction[]>();
const maxCompiled = 200;

/** Throws on a pattern that is not valid or not linear. */
export function matchesPattern(text: string, pattern: string): boolean {
  const program = compiled.get(pattern) ?? compilePattern(pattern);
  if (!compiled.has(pattern)) {
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(pattern, program);
  }
  charge(Math.ceil((text.length * program.length) / 64));
  return search(
    program,
    Array.from(text, (char) => char.codePointAt(0) ?? 0),
  );
}

/** Runs every way through the program at once, so that none is ever tried twice at one place. */
function search(program: readonly Instruction[], codes: readonly number[]): boolean {
  let threads = new Set<number>();
  for (let position = 0; position <= codes.length; position++) {
    const reached = new Set<number>();
    for (const thread of threads) follow(program, thread, codes, position, reached);
    follow(program, 0, codes, position, reached);
    threads = new Set();
    const code = codes[position];
    for (const index of reached) {
      const instruction = program[index];
      if (instruction?.op === "match") return true;
      if (instruction?.op === "read" && code !== undefined && instruction.test(code)) threads.add(index + 1);
    }
  }
  return false;
}

/** Adds every instruction that is reached from `start` without reading a character. */
function follow(
  program: readonly Instruction[],
  start: number,
  codes: readonly number[],
  position: number,
  reached: Set<number>,
): void {
  const pending = [start];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const instruction = program[index];
    if (instruction?.op === "fork") pending.push(instruction.second, instruction.first);
    else if (instruction?.op === "jump") pending.push(instruction.to);
    else if (instruction && instruction.op !== "read" && instruction.op !== "match") {
      if (holds(instruction.op, codes, position)) pending.push(index + 1);
    }
  }
}

function holds(op: "start" | "end" | "boundary" | "noBoundary", codes: readonly number[], position: number): boolean {
  if (op === "start") return position === 0;
  if (op === "end") return position === codes.length;
  const before = isWord(codes[position - 1] ?? 0);
  const after = isWord(codes[position] ?? 0);
  return (before !== after) === (op === "boundary");
}
