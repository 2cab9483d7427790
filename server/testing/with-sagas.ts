import type { Answer, TestApi } from "./api";

/** An orchestration has steps, a choreography reactions. */
type Definition = { readonly saga: string; readonly [field: string]: unknown };

/** Saves and publishes a definition, and registers every service that it names. */
export async function publish(api: TestApi, document: Definition): Promise<void> {
  const path = `/sagas/${document.saga}`;
  const saved = await api.call("designer", "PUT", `${path}/draft`, {
    body: { document },
    headers: { "if-match": "*" },
  });
  const first =
    saved.status === 412 ? await api.call("designer", "PUT", `${path}/draft`, { body: { document } }) : saved;
  expectDone(first);
  expectDone(await api.call("designer", "POST", `${path}/versions`, { body: {} }));
  const services = new Set(JSON.stringify(document.steps ?? document.reactions).match(/[A-Z]\w+(?=\.[A-Z])/g));
  for (const name of services) {
    const transport = { kind: "http", url: "http://127.0.0.1:9", allowPrivateNetwork: true };
    expectDone(await api.call("admin", "PUT", `/services/${name}`, { body: { transport } }));
  }
}

/** The run once it is as `until` says; throws after 10 s. */
export async function runWhen(
  api: TestApi,
  id: string,
  until: (run: Answer["body"]) => boolean,
): Promise<Answer["body"]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { body } = await api.call("viewer", "GET", `/runs/${id}`);
    if (until(body)) return body;
    if (Date.now() > deadline) throw new Error(`The run stayed ${JSON.stringify(body).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A step of a run as the API shows it. */
export function stepOf(run: Answer["body"], id: string): Answer["body"] {
  return run.steps.find((each: { readonly id: string }) => each.id === id);
}

function expectDone({ status, body }: Answer): void {
  if (status >= 300) throw new Error(`Expected it to be done, but: ${JSON.stringify(body)}`);
}
