import { z } from "zod";
import { deadLetterPage, deadLetterQuery, deadLetterView, discardQuery, replayed } from "@/contract/brokers";
import {
  discardDeadLetter,
  listDeadLetters,
  readDeadLetter,
  replayDeadLetter,
} from "../../messages/manage-dead-letters";
import { endpoint } from "../endpoint";

const id = z.object({ id: z.string().max(300) });
const tag = "Dead letters";

export const deadLetterEndpoints = [
  endpoint({
    method: "get",
    path: "/dead-letters",
    tag,
    summary: "List messages that could not be taken, the newest first",
    about: "Those that wait for a person; total counts them all, up to 1,000.",
    role: "viewer",
    query: deadLetterQuery,
    answers: { 200: deadLetterPage },
    handle: async ({ deps, actor, query }) => ({ status: 200, body: await listDeadLetters(deps, actor, query) }),
  }),
  endpoint({
    method: "get",
    path: "/dead-letters/{id}",
    tag,
    summary: "A message that could not be taken, as it came",
    role: "viewer",
    params: id,
    answers: { 200: deadLetterView },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await readDeadLetter(deps, actor, params.id) }),
  }),
  endpoint({
    method: "post",
    path: "/dead-letters/{id}/replay",
    tag,
    summary: "Take a message as if it came again",
    about: "It may say what its source may, whoever replays it. refused says what is still wrong.",
    role: "operator",
    params: id,
    answers: { 200: replayed },
    handle: async ({ deps, actor, params }) => ({ status: 200, body: await replayDeadLetter(deps, actor, params.id) }),
  }),
  endpoint({
    method: "delete",
    path: "/dead-letters/{id}",
    tag,
    summary: "Discard a message for good, with a reason",
    role: "operator",
    params: id,
    query: discardQuery,
    answers: { 204: null },
    async handle({ deps, actor, params, query }) {
      await discardDeadLetter(deps, actor, params.id, query.reason);
      return { status: 204 };
    },
  }),
];
