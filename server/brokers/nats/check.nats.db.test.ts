import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, startParticipant } from "../../orchestrator/testing/participant";
import { certificate, privateKey } from "../testing/certificate";
import { freePort, type NatsServer, startNatsServer } from "../testing/nats-server";
import { registrationOf } from "../testing/registration";
import { checkNats } from "./check";

const within = 5_000;
let open: NatsServer;
let guarded: NatsServer;
let tokens: NatsServer;
let plain: NatsServer;
let secure: NatsServer;
let files: string;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), "saga-tls-"));
  const [cert, key] = [join(files, "cert.pem"), join(files, "key.pem")];
  writeFileSync(cert, certificate);
  writeFileSync(key, privateKey);
  const tls = `tls { cert_file: "${cert}", key_file: "${key}" }`;
  const user = `{ user: studio, password: right }`;
  const blind = `{ user: blind, password: right, permissions: { publish: ["saga.>"] } }`;
  [open, guarded, tokens, plain, secure] = await Promise.all([
    startNatsServer(),
    startNatsServer({ config: `authorization { users: [${user}, ${blind}] }` }),
    startNatsServer({ config: `authorization { token: "t-1" }` }),
    startNatsServer({ jetstream: false }),
    startNatsServer({ config: tls }),
  ]);
});
afterAll(async () => {
  for (const server of [open, guarded, tokens, plain, secure]) await server.stop();
  rmSync(files, { recursive: true, force: true });
});

const check = (url: string, more: Parameters<typeof registrationOf>[1] = {}) =>
  checkNats(registrationOf(url, more), within);
const tlsUrl = () => secure.url.replace("nats:", "tls:");

test("a broker that can be used has no trouble", async () => {
  expect(await check(open.url)).toBeNull();
  expect(await check(guarded.url, { user: "studio", password: "right" })).toBeNull();
  expect(await check(tokens.url, { token: "t-1" })).toBeNull();
  expect(await check(tlsUrl(), { tls: { ca: certificate } })).toBeNull();
  expect(await check(`tls://localhost:${secure.port}`, { tls: { ca: certificate } })).toBeNull();
  expect(await check(secure.url, { tls: { ca: certificate } })).toBeNull();
});

test("wrong credentials are told from none and from too few rights", async () => {
  const refused = { code: "wrong_credentials", message: `127.0.0.1:${guarded.port} refuses these credentials` };
  expect(await check(guarded.url)).toEqual(refused);
  expect(await check(guarded.url, { user: "studio", password: "wrong" })).toEqual(refused);
  expect(await check(tokens.url, { token: "t-2" })).toMatchObject({ code: "wrong_credentials" });
  expect(await check(guarded.url, { user: "blind", password: "right" })).toMatchObject({ code: "not_permitted" });
});

test("a server without JetStream is said to be one", async () => {
  expect(await check(plain.url)).toEqual({
    code: "no_jetstream",
    message: `127.0.0.1:${plain.port} is a NATS server without JetStream: start it with -js`,
  });
});

test("a certificate that nothing vouches for is refused, and so is a server without TLS", async () => {
  expect(await check(tlsUrl())).toMatchObject({ code: "tls" });
  expect(await check(open.url, { tls: { ca: null } })).toMatchObject({ code: "tls" });
  expect(await check(secure.url)).toMatchObject({ code: "tls" });
});

test("nobody there, a name that nobody knows, and an address that may not be used", async () => {
  const port = await freePort();
  expect(await check(`nats://127.0.0.1:${port}`)).toEqual({
    code: "econnrefused",
    message: `Nothing listens at 127.0.0.1:${port}`,
  });
  expect(await check("nats://broker.invalid:4222")).toMatchObject({ message: /name of broker.invalid:4222/ });
  for (const url of [open.url, `nats://localhost:${open.port}`])
    expect(await check(url, { allowPrivateNetwork: false })).toMatchObject({ code: "address_not_allowed" });
  expect(await check("nats://169.254.169.254:4222")).toMatchObject({ code: "address_not_allowed" });
});

test("what speaks something else, or nothing, is no NATS server", async () => {
  const web = await startParticipant();
  web.answer("/", json(200, {}));
  expect(await check(web.url.replace("http:", "nats:").replace(/\/$/, ""), {})).toMatchObject({
    message: expect.stringMatching(/does not answer as a NATS server|closed the connection/),
  });
  await web.stop();
  const { server, port, sockets } = await silent();
  expect(await checkNats(registrationOf(`nats://127.0.0.1:${port}`), 300)).toMatchObject({ code: "timeout" });
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Takes connections and says nothing. */
async function silent(): Promise<{ server: Server; port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const port = await freePort();
  const server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, port, sockets };
}
