/**
 * The services of the benchmark behind a queue or a broker, in a process of their own: every command succeeds at once.
 * Arguments: kind, address.
 */
import { lines } from "@/server/brokers/testing/load/lines";
import { type Asked, toReply } from "@/server/brokers/testing/load/reply";

const service = "Bench";
const connections = 4;
const [kind = "", url = ""] = process.argv.slice(2);
const line = lines[kind];
if (!line) throw new Error(`There is no line of the kind ${kind}`);

const done = { result: { ok: true, reference: "REF-1" } };
const handle = async (text: string) => toReply(service, JSON.parse(text) as Asked, "SagaStepCompleted", done);

process.on("disconnect", () => process.exit(0));
process.send?.("ready");
await Promise.all(Array.from({ length: connections }, () => line(url, service, handle)));
