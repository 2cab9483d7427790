import type pg from "pg";
import { asDocument, type SagaDocument } from "@/engine/definition/document";

/** The document of a published version, which never changes; null: there is none. */
export async function readVersion(pool: pg.Pool, saga: string, version: number): Promise<SagaDocument | null> {
  const { rows } = await pool.query<{ document: unknown }>({
    name: "read_version",
    text: "select v.document from saga_version v where v.type = $1::text and v.number = $2::int",
    values: [saga, version],
  });
  return rows[0] ? asDocument(rows[0].document) : null;
}

/** The number of a saga's latest version; 0: none is published, or there is no such saga. */
export async function readLatestVersion(client: Pick<pg.Pool, "query">, type: string): Promise<number> {
  const { rows } = await client.query<{ number: number }>({
    name: "read_latest_version",
    text: "select d.latest_version as number from saga_definition d where d.type = $1",
    values: [type],
  });
  return rows[0]?.number ?? 0;
}
