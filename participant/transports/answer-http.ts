import type { Answer } from "../answer";
import { type Command, numbersIn } from "../command";
import type { Problem } from "../errors";
import { isJsonObject, type JsonObject, parseJson, textAt } from "../json";
import type { Participant } from "../participant";
import { type Headers, isSigned } from "../signature";
import { isInBinaryMode, toEvent } from "./event-in";

/** `command`: the last part of the path; `events` brings an event. `body`: the bytes that came, as text. */
export type HttpCall = { readonly command: string; readonly headers: Headers; readonly body: string };
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** Null: whoever called is to hear nothing. */
export async function answerHttp<Tx>(participant: Participant<Tx>, call: HttpCall): Promise<HttpAnswer | null> {
  const { headers } = call;
  if (participant.secret !== null && !isSigned(participant.secret, call.body, headers)) return problem(unsigned);
  if (call.command === "events") return answerEvent(participant, call);
  const body = call.body === "" ? {} : parseJson(call.body);
  const key = headers["idempotency-key"] ?? "";
  if (key === "" || key.length > 255) return problem(missingKey);
  // The signature covers the body and the webhook-id: a key that is not that id could be anybody's.
  if (participant.secret !== null && headers["webhook-id"] !== key) return problem(unsigned);
  if (!isJsonObject(body)) return problem(notJson);
  const command = toCommand(participant.name, call, { key, body });
  try {
    return toHttp(await participant.receive(command));
  } catch (error) {
    participant.onError(error);
    return problem(failed);
  }
}

async function answerEvent<Tx>(participant: Participant<Tx>, call: HttpCall): Promise<HttpAnswer> {
  // The signature covers no headers: with others the same body would say something else.
  if (participant.secret !== null && isInBinaryMode(call.headers)) return problem(signedInBinaryMode);
  const event = toEvent(call);
  if (event === null) return problem(noEvent);
  try {
    await participant.hear(event);
    return { status: 204, headers: {}, body: null };
  } catch (error) {
    participant.onError(error);
    return problem(failed);
  }
}

type Read = { readonly key: string; readonly body: JsonObject };

function toCommand(service: string, { command, headers }: HttpCall, { key, body }: Read): Command {
  const run = headers["saga-id"] ?? textAt(body, "saga_id");
  const step = headers["saga-step"] ?? textAt(body, "step_name");
  const attempt = /^[1-9]\d{0,5}$/.test(headers["saga-attempt"] ?? "") ? Number(headers["saga-attempt"]) : null;
  return { service, command, key, run, step, attempt, ...numbersIn(key, run, step), input: body, isLate: false };
}

function toHttp(answer: Answer): HttpAnswer | null {
  switch (answer.kind) {
    case "done":
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(answer.result) };
    case "accepted":
      return { status: 202, headers: {}, body: null };
    case "refused":
      return problem(answer.problem);
    case "busy":
      return problem({ code: answer.code, message: answer.message, status: 425 }, answer.afterMs);
    case "failed":
      return problem({ code: answer.code, message: answer.message, status: 500 });
    case "unheard":
      return null;
  }
}

/** RFC 9457: `type` is the code, `title` and `detail` are for people. */
function problem({ code, message, detail, status }: Problem, afterMs: number | null = null): HttpAnswer {
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (afterMs !== null) headers["retry-after"] = String(Math.ceil(afterMs / 1000));
  const told =
    typeof detail === "string" ? { detail } : { detail: message, ...(detail == null ? {} : { more: detail }) };
  return { status, headers, body: JSON.stringify({ type: code, title: message, status, ...told }) };
}

const unsigned: Problem = {
  code: "unsigned",
  message: "Not signed",
  detail: "The call does not carry a signature of this service's secret from the last five minutes.",
  status: 401,
};
const missingKey: Problem = {
  code: "missing_key",
  message: "Not a call",
  detail: "A call needs an Idempotency-Key header of 1 to 255 characters.",
  status: 400,
};
const notJson: Problem = {
  code: "not_json",
  message: "Not a call",
  detail: "The body must be a JSON object.",
  status: 400,
};
const noEvent: Problem = {
  code: "no_event",
  message: "Not an event",
  detail: "The body must be a CloudEvent 1.0 in JSON, or its data in JSON beside headers that say the rest.",
  status: 400,
};
const signedInBinaryMode: Problem = {
  code: "signed_in_binary_mode",
  message: "Not an event",
  detail: "The signature covers the body only: send the event structured, as application/cloudevents+json.",
  status: 400,
};
const failed: Problem = {
  code: "failed",
  message: "The service failed",
  detail: "Nobody knows whether the command had an effect.",
  status: 500,
};
