import type pg from "pg";
import type { ServiceTransport } from "@/contract/services";

export type ServiceRow = {
  readonly name: string;
  readonly transport: ServiceTransport;
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
