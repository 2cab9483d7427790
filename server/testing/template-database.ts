import "vitest";

/** The migrated database that test databases are copies of. */
export const templateDatabase = "saga_template";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}
