import { readText } from "@/engine/definition/read-text";
import { BadRequest } from "../errors";

/** YAML 1.2 text as a plain value; throws 400 when it is none, nests too deep or expands too far. */
export function parseYaml(text: string): unknown {
  const read = readText(text);
  if (read.ok) return read.value.value;
  throw new BadRequest("invalid_yaml", read.problems[0]?.message ?? "The text is not YAML.", "/text");
}
