export function migrate(url: string): Promise<readonly string[]>;
