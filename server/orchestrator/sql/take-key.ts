import type pg from "pg";

const uniqueViolation = "23505";

/** Gives an ended run its unique business key back, that it may be reopened. False: a live run has it. */
export async function takeKey(client: pg.Client, incarnation: string, run: string): Promise<boolean> {
  try {
    const { rowCount } = await client.query({
      name: "take_key",
      text: `
with f as materialized (
  select w.incarnation from saga_worker w where w.incarnation = $1::bigint for key share
)
update saga_run r set unique_key = r.business_key from f
where r.id = $2::uuid and r.owner is not distinct from f.incarnation`,
      values: [incarnation, run],
    });
    if (rowCount !== 1) throw new Error("The run is not ours");
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === uniqueViolation) return false;
    throw error;
  }
}
