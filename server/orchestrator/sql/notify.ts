import type pg from "pg";

/** Payloads have less than 8,000 bytes. */
export async function notify(
  client: pg.Client,
  messages: readonly { readonly channel: string; readonly payload: string }[],
): Promise<void> {
  await client.query({
    name: "notify",
    text: "select pg_notify(x.channel, x.payload) from unnest($1::text[], $2::text[]) as x (channel, payload)",
    values: [messages.map((m) => m.channel), messages.map((m) => m.payload)],
  });
}
