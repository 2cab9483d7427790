import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/api";
import { cloudEvent, drivenOrder } from "../testing/choreographies";
import { createScriptedTransport } from "../testing/scripted-transport";
import { newSecretOf, signed } from "../testing/signed";
import { publish } from "../testing/with-sagas";
import { newId } from "../uuid";

/** Who may say an event. */
let api: TestApi;
let secret: string;

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  await publish(api, drivenOrder());
  secret = await newSecretOf(api, "Payment");
});
afterAll(() => api.stop());

const post = ({ text, headers }: ReturnType<typeof signed>) => api.call(null, "POST", "/events", { text, headers });
const paid = (more = {}) => cloudEvent("Paid", { order: newId() }, { source: "Payment", ...more });

test("a service that signs it says it, for itself", async () => {
  expect((await post(signed(secret, paid()))).body).toMatchObject({ accepted: 1 });
  const other = await post(signed(secret, [paid(), paid({ source: "Inventory" })]));
  expect(other.body).toMatchObject({ status: 403, code: "other_service", path: "/1/source" });
});

test("nobody else says it", async () => {
  const inventory = await newSecretOf(api, "Inventory");
  const body = paid();
  const { headers } = signed(secret, paid());
  const text = JSON.stringify(body);
  const forged = [
    post(signed(inventory, body)),
    post(signed(secret, paid({ source: "Inventory" }))),
    post(signed(secret, paid({ source: "Nobody" }))),
    api.call(null, "POST", "/events", { text, headers }),
    post(signed(secret, {})),
    post(signed(secret, [])),
  ];
  for (const { status } of await Promise.all(forged)) expect(status).toBe(401);
  expect((await api.call("viewer", "POST", "/events", { body })).body.code).toBe("role_needed");
});

test("a key that is bound to the service says it for that one", async () => {
  const made = await api.call("admin", "POST", "/keys", {
    body: { name: "own", role: "operator", service: "Payment" },
  });
  const headers = { authorization: `Bearer ${made.body.key}` };
  const by = (body: unknown) => api.call(null, "POST", "/events", { body, headers });
  expect((await by(paid())).status).toBe(202);
  expect((await by(paid({ source: "Inventory" }))).body).toMatchObject({ status: 403, code: "other_service" });
});
