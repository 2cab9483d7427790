/** Every address of the app and the API, so that links are written once. */
export const api = "/api/v1";

export const paths = {
  runs: () => "/runs",
  run: (id: string) => `/runs/${id}`,
  sagas: () => "/sagas",
  saga: (type: string) => `/sagas/${encodeURIComponent(type)}`,
  attention: () => "/attention",
  approvals: () => "/approvals",
  services: () => "/services",
  deadLetters: () => "/dead-letters",
  settings: () => "/settings",
  brokers: () => "/settings?tab=brokers",
  demo: () => "/demo",
  signIn: () => "/sign-in",
  setup: (token: string) => `/setup?token=${encodeURIComponent(token)}`,
  definitionSchema: () => "/schema/saga-definition.json",
  openapi: () => `${api}/openapi.json`,
} as const;
