/** The services of the benchmark, in a process of their own: every command succeeds at once, `Decline` is refused. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const accepted = Buffer.from(JSON.stringify({ ok: true, reference: "REF-1" }));
const declined = Buffer.from(JSON.stringify({ code: "declined", message: "Declined" }));

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => {
    const isDeclined = request.url === "/Decline";
    const body = isDeclined ? declined : accepted;
    response.writeHead(isDeclined ? 422 : 200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit(0));
