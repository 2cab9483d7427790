export type Postgres = {
  readonly pid: number;
  /** The address of a database of this server. */
  readonly url: (database: string) => string;
  readonly exited: Promise<unknown>;
  readonly stop: () => Promise<void>;
};

export function startPostgres(options: { dir: string; settings?: Record<string, string | number> }): Promise<Postgres>;

export function freePort(): Promise<number>;
