import type pg from "pg";
import type { z } from "zod";
import type { changeDemoSwitch, DemoSwitch } from "@/contract/demo";
import { type CommandName, commandNames } from "./services/commands";

export type SwitchPosition = { readonly mode: DemoSwitch["mode"]; readonly delayMs: number };

type Row = { service: string; command: string; mode: DemoSwitch["mode"]; times: number; delay_ms: number };

const defaults = { mode: "ok", times: 2, delayMs: 3000 } as const;

/**
 * Where a command's switch stands for the call that asks. An `error` is used up by asking: after the last one the
 * switch is back at `ok`.
 */
export async function takeSwitch(pool: pg.Pool, name: CommandName): Promise<SwitchPosition> {
  const { rows } = await pool.query<Row>({
    name: "demo_read_switch",
    text: "select mode, delay_ms from demo_shop.switch where service = $1 and command = $2",
    values: [name.service, name.command],
  });
  const row = rows[0];
  if (!row) return defaults;
  if (row.mode === "error") return (await takeError(pool, name)) ? { mode: "error", delayMs: 0 } : defaults;
  return { mode: row.mode, delayMs: row.delay_ms };
}

async function takeError(pool: pg.Pool, name: CommandName): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update demo_shop.switch
     set left_over = left_over - 1, mode = case when left_over = 1 then 'ok' else mode end
     where service = $1 and command = $2 and mode = 'error' and left_over > 0`,
    [name.service, name.command],
  );
  return rowCount === 1;
}

/** Every command's switch, in the order of the services; one that nobody ever touched stands at `ok`. */
export async function listSwitches(pool: pg.Pool): Promise<DemoSwitch[]> {
  const { rows } = await pool.query<Row>("select service, command, mode, times, delay_ms from demo_shop.switch");
  const touched = new Map(rows.map((row) => [`${row.service}.${row.command}`, toSwitch(row)]));
  return commandNames.map((name) => touched.get(`${name.service}.${name.command}`) ?? { ...name, ...defaults });
}

export async function setSwitch(
  pool: pg.Pool,
  name: CommandName,
  change: z.output<typeof changeDemoSwitch>,
): Promise<DemoSwitch> {
  const { rows } = await pool.query<Row>(
    `insert into demo_shop.switch as s (service, command, mode, times, left_over, delay_ms)
     values ($1, $2, $3, coalesce($4::int, $6), coalesce($4::int, $6), coalesce($5::int, $7))
     on conflict (service, command) do update set
       mode = excluded.mode,
       times = coalesce($4::int, s.times),
       left_over = coalesce($4::int, s.times),
       delay_ms = coalesce($5::int, s.delay_ms)
     returning service, command, mode, times, delay_ms`,
    [
      name.service,
      name.command,
      change.mode,
      change.times ?? null,
      change.delayMs ?? null,
      defaults.times,
      defaults.delayMs,
    ],
  );
  return toSwitch(rows[0] as Row);
}

function toSwitch(row: Row): DemoSwitch {
  return { service: row.service, command: row.command, mode: row.mode, times: row.times, delayMs: row.delay_ms };
}
