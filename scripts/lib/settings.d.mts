export type Settings = {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly role: "all" | "web" | "worker";
  readonly demo: boolean;
  readonly demoPort: number | null;
};

export function readSettings(env?: Readonly<Record<string, string | undefined>>): Settings;
