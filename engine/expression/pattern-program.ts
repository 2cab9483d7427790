/**
 * Regular expressions in RE2's manner, compiled to a small machine: no backreferences and no look-around, so that a
 * match never takes longer than the text's length times the pattern's size. Throws on a pattern it does not know.
 */
export type Test = (code: number) => boolean;

export type Instruction =
  | { readonly op: "read"; readonly test: Test }
  | { readonly op: "fork"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "start" | "end" | "boundary" | "noBoundary" | "match" };

type Node =
  | { readonly kind: "read"; readonly test: Test }
  | { readonly kind: "assert"; readonly op: "start" | "end" | "boundary" | "noBoundary" }
  | { readonly kind: "sequence"; readonly nodes: readonly Node[] }
  | { readonly kind: "choice"; readonly nodes: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number };

const maxPattern = 1000;
const maxInstructions = 5000;

export function compilePattern(pattern: string): readonly Instruction[] {
  if (pattern.length > maxPattern) throw new Error(`the pattern is longer than ${maxPattern} characters`);
  const reader = new PatternReader(pattern);
  const program: Program = { instructions: [], visits: 0 };
  emit(reader.readAll(), program);
  return [...program.instructions, { op: "match" }];
}

/** Visits are counted beside instructions, because an empty group repeats without yielding any. */
type Program = { readonly instructions: Instruction[]; visits: number };

function emit(node: Node, program: Program): void {
  if (++program.visits > 2 * maxInstructions || program.instructions.length > maxInstructions) {
    throw new Error("the pattern repeats too much");
  }
  emitNode(node, program);
}

function emitNode(node: Node, program: Program): void {
  const { instructions } = program;
  if (node.kind === "read") instructions.push({ op: "read", test: node.test });
  else if (node.kind === "assert") instructions.push({ op: node.op });
  else if (node.kind === "sequence") for (const part of node.nodes) emit(part, program);
  else if (node.kind === "choice") emitChoice(node.nodes, program);
  else emitRepeat(node, program);
}

function emitChoice(nodes: readonly Node[], program: Program): void {
  const { instructions } = program;
  const [first, ...others] = nodes;
  if (!first || others.length === 0) {
    if (first) emit(first, program);
    return;
  }
  const fork = instructions.push({ op: "match" }) - 1;
  emit(first, program);
  const jump = instructions.push({ op: "match" }) - 1;
  instructions[fork] = { op: "fork", first: fork + 1, second: instructions.length };
  emitChoice(others, program);
  instructions[jump] = { op: "jump", to: instructions.length };
}

function emitRepeat({ node, min, max }: Extract<Node, { kind: "repeat" }>, program: Program): void {
  const { instructions } = program;
  for (let time = 0; time < min; time++) emit(node, program);
  if (max === Number.POSITIVE_INFINITY) {
    const fork = instructions.push({ op: "match" }) - 1;
    emit(node, program);
    instructions.push({ op: "jump", to: fork });
    instructions[fork] = { op: "fork", first: fork + 1, second: instructions.length };
    return;
  }
  const forks: number[] = [];
  for (let time = min; time < max; time++) {
    forks.push(instructions.push({ op: "match" }) - 1);
    emit(node, program);
  }
  for (const fork of forks) instructions[fork] = { op: "fork", first: fork + 1, second: instructions.length };
}

const digit: Test = (code) => code >= 48 && code <= 57;
export const isWord: Test = (code) =>
  digit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const space: Test = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);

const shorthand: Readonly<Record<string, Test>> = {
  d: digit,
  w: isWord,
  s: space,
  D: not(digit),
  W: not(isWord),
  S: not(space),
};
const control: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v" };
const assertions = { b: "boundary", B: "noBoundary", A: "start", z: "end" } as const;

class PatternReader {
  private readonly chars: readonly string[];
  private position = 0;
  private depth = 0;

  constructor(pattern: string) {
    this.chars = [...pattern];
  }

  readAll(): Node {
    const node = this.readChoice();
    if (this.position < this.chars.length) throw new Error(`unexpected "${this.peek()}" in the pattern`);
    return node;
  }

  private peek(): string | undefined {
    return this.chars[this.position];
  }

  private next(): string {
    const char = this.chars[this.position++];
    if (char === undefined) throw new Error("the pattern ends too early");
    return char;
  }

  private accept(text: string): boolean {
    if (this.chars.slice(this.position, this.position + text.length).join("") !== text) return false;
    this.position += text.length;
    return true;
  }

  private readChoice(): Node {
    if (++this.depth > 50) throw new Error("the pattern is nested too deeply");
    const nodes = [this.readSequence()];
    while (this.accept("|")) nodes.push(this.readSequence());
    this.depth--;
    return { kind: "choice", nodes };
  }

  private readSequence(): Node {
    const nodes: Node[] = [];
    for (let char = this.peek(); char !== undefined && char !== "|" && char !== ")"; char = this.peek()) {
      nodes.push(this.readRepeats(this.readAtom()));
    }
    return { kind: "sequence", nodes };
  }

  private readRepeats(node: Node): Node {
    const range = this.readRange();
    if (!range) return node;
    this.accept("?");
    if (this.readRange()) throw new Error("two repetitions follow each other in the pattern");
    return { kind: "repeat", node, ...range };
  }

  private readRange(): { min: number; max: number } | null {
    if (this.accept("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.accept("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.accept("?")) return { min: 0, max: 1 };
    const written = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(this.chars.slice(this.position, this.position + 10).join(""));
    if (!written) return null;
    this.position += written[0].length;
    const min = Number(written[1]);
    const max =
      written[2] === undefined ? min : written[3] === undefined ? Number.POSITIVE_INFINITY : Number(written[3]);
    if (max < min) throw new Error(`${written[0]} in the pattern counts downwards`);
    return { min, max };
  }

  private readAtom(): Node {
    const char = this.next();
    if (char === "(") return this.readGroup();
    if (char === "[") return { kind: "read", test: this.readClass() };
    if (char === ".") return { kind: "read", test: (code) => code !== 10 };
    if (char === "^") return { kind: "assert", op: "start" };
    if (char === "$") return { kind: "assert", op: "end" };
    if (char === "*" || char === "+" || char === "?") throw new Error(`"${char}" in the pattern repeats nothing`);
    return char === "\\" ? this.readEscape() : { kind: "read", test: equals(char) };
  }

  private readGroup(): Node {
    if (this.peek() === "?" && !this.accept("?:")) throw new Error("the pattern uses (?…), which is not available");
    const node = this.readChoice();
    if (!this.accept(")")) throw new Error("a ( in the pattern is not closed");
    return node;
  }

  private readEscape(): Node {
    const char = this.peek() ?? "";
    if (Object.hasOwn(assertions, char)) {
      this.position++;
      return { kind: "assert", op: assertions[char as keyof typeof assertions] };
    }
    return { kind: "read", test: this.readEscapedTest() };
  }

  private readEscapedTest(): Test {
    const char = this.next();
    if (Object.hasOwn(shorthand, char)) return shorthand[char] ?? space;
    return equals(this.toLiteral(char));
  }

  private toLiteral(char: string): string {
    if (Object.hasOwn(control, char)) return control[char] ?? char;
    if (/[A-Za-z0-9]/.test(char)) throw new Error(`\\${char} in the pattern is not available`);
    return char;
  }

  private readClass(): Test {
    const negated = this.accept("^");
    const tests: Test[] = [];
    for (let first = true; first || this.peek() !== "]"; first = false) tests.push(this.readClassItem());
    this.next();
    const any: Test = (code) => tests.some((test) => test(code));
    return negated ? not(any) : any;
  }

  private readClassItem(): Test {
    const char = this.next();
    if (char === "\\" && Object.hasOwn(shorthand, this.peek() ?? "")) return this.readEscapedTest();
    const low = codeOf(char === "\\" ? this.toLiteral(this.next()) : char);
    if (this.peek() !== "-" || this.chars[this.position + 1] === "]") return (code) => code === low;
    this.position++;
    const end = this.next();
    const high = codeOf(end === "\\" ? this.toLiteral(this.next()) : end);
    if (high < low) throw new Error("a range in the pattern counts downwards");
    return (code) => code >= low && code <= high;
  }
}

function equals(char: string): Test {
  const wanted = codeOf(char);
  return (code) => code === wanted;
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
