import type pg from "pg";

export type ServiceRow = {
  readonly name: string;
  readonly transport: { readonly kind: "http"; readonly url: string; readonly allowPrivateNetwork: boolean };
  readonly concurrency: number;
  readonly timeoutMs: number | null;
  readonly secret: Buffer | null;
};

export async function readServices(pool: pg.Pool): Promise<readonly ServiceRow[]> {
  const { rows } = await pool.query<ServiceRow>({
    name: "read_services",
    text: `select s.name, s.transport, s.concurrency, s.timeout_ms as "timeoutMs", s.secret from service s`,
  });
  return rows;
}
