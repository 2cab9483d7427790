import type { Reply } from "./lines";

/** What a participant needs of a command to answer it. */
export type Asked = {
  readonly id: string;
  readonly subject: string;
  readonly idempotencykey: string;
  readonly sagastep: string;
  readonly sagahalf: "action" | "compensation";
  readonly sagaattempt: number;
  readonly sagageneration: number;
};

/** A reply as a CloudEvent; its id is the same when the command comes again. */
export function toReply(source: string, asked: Asked, type: string, said: object): Reply {
  const { subject, sagastep, sagaattempt, sagageneration } = asked;
  const id = `${asked.id}:reply`;
  const about = { saga_id: subject, step_name: sagastep, attempt: sagaattempt, generation: sagageneration };
  const data = { ...about, ...said };
  return { id, type, body: JSON.stringify({ specversion: "1.0", id, source, type, subject, data }) };
}
