import type { z } from "zod";
import { AppError, BadRequest, NotFound } from "../errors";
import { escapePointer } from "./inspect";

/** The parsed value; throws 400 with the first problem's path, or 404 when it is the address that fits nothing. */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  from: "params" | "query" | "body",
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues.flatMap(nearest)[0];
  if (!issue) throw new BadRequest("invalid_request", "The request is not as expected.");
  if (from === "params") throw new NotFound("not_found", `There is nothing at this address: ${issue.message}.`);
  const unknownField = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknownField === undefined ? [] : [unknownField])];
  const pointer = path.map((each) => `/${escapePointer(String(each))}`).join("");
  const code = unknownField === undefined ? "invalid_request" : "unknown_field";
  const where = from === "query" ? "Query parameter" : "Body";
  throw new AppError(400, code, `${where}${pointer && ` ${pointer}`}: ${issue.message}`, { path: pointer });
}

/** Of what may be one thing or another, the problems of that which it is most likely meant to be: the one with a field at fault. */
function nearest(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find(([first]) => first !== undefined && first.path.length > 0);
  return (meant ?? [])
    .flatMap(nearest)
    .map((each) => ({ ...each, path: [...issue.path, ...each.path] }))
    .concat(issue);
}
