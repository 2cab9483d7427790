import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testLog } from "../../orchestrator/testing/fixtures";
import { certificate, privateKey } from "../testing/certificate";
import { type RabbitMqServer, startRabbitMq } from "../testing/rabbitmq-server";
import { registrationOf } from "../testing/registration";
import { until } from "../testing/until";
import { checkAmqp } from "./check";
import { AmqpLink } from "./link";

const within = 5_000;
let server: RabbitMqServer;
let files: string;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), "saga-tls-"));
  const [cert, key] = [join(files, "cert.pem"), join(files, "key.pem")];
  writeFileSync(cert, certificate);
  writeFileSync(key, privateKey);
  server = await startRabbitMq({ cert, key });
});
afterAll(async () => {
  await server.stop();
  rmSync(files, { recursive: true, force: true });
});

const at = (url: string, more: Parameters<typeof registrationOf>[1] = {}) =>
  registrationOf(url, { kind: "amqp", ...more });
const check = (url: string, more: Parameters<typeof registrationOf>[1] = {}) => checkAmqp(at(url, more), within);

test("a broker that can be used has no trouble", async () => {
  expect(await check(server.url)).toBeNull();
  expect(await check(`${server.url}/%2F`, { user: "guest", password: "guest" })).toBeNull();
  expect(await check(server.url, { token: "guest", user: "guest" })).toBeNull();
});

test("TLS is spoken where the address or the registration asks for it, and the certificate is checked", async () => {
  const ca = { tls: { ca: certificate } };
  expect(await check(server.tlsUrl, ca)).toBeNull();
  expect(await check(server.tlsUrl.replace("localhost", "127.0.0.1"), ca)).toBeNull();
  expect(await check(server.tlsUrl.replace("amqps:", "amqp:"), ca)).toBeNull();
  expect(await check(server.tlsUrl)).toMatchObject({ code: "tls" });
  expect(await check(server.url, ca)).toMatchObject({
    message: expect.stringMatching(/TLS with|closed the connection/),
  });
});

test("a link stands over TLS", async () => {
  const link = new AmqpLink(at(server.tlsUrl, { tls: { ca: certificate } }), { log: testLog });
  await until(() => link.status().state === "connected");
  await link.close();
});

test("what keeps a broker from being used is said in one sentence", async () => {
  expect(await check(server.url, { user: "guest", password: "wrong" })).toEqual({
    code: "wrong_credentials",
    message: `127.0.0.1:${server.port} refuses these credentials`,
  });
  expect(await check(`${server.url}/a%2Fb`)).toEqual({
    code: "no_vhost",
    message: `127.0.0.1:${server.port} has no virtual host a/b for these credentials`,
  });
  expect(await check("amqp://127.0.0.1:1")).toEqual({
    code: "econnrefused",
    message: "Nothing listens at 127.0.0.1:1",
  });
  expect(await check("amqp://rabbit.invalid")).toMatchObject({ message: /name of rabbit.invalid/ });
});

test("an address that may not be used is not connected to", async () => {
  for (const url of [server.url, `amqp://localhost:${server.port}`])
    expect(await check(url, { allowPrivateNetwork: false })).toMatchObject({ code: "address_not_allowed" });
  expect(await check("amqp://169.254.169.254")).toMatchObject({ code: "address_not_allowed" });
});

test("what takes connections and says nothing does not answer in time", async () => {
  const silent = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await until(() => silent.listening);
  const { port } = silent.address() as { port: number };
  expect(await checkAmqp(at(`amqp://127.0.0.1:${port}`), 300)).toMatchObject({ code: "timeout" });
  silent.close();
});
