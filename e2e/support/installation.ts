/** The unattended installation that playwright.config.ts starts. */
export const installation = {
  email: required("ADMIN_EMAIL"),
  password: required("ADMIN_PASSWORD"),
  apiKey: required("ADMIN_API_KEY"),
};

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests through playwright.config.ts`);
  return value;
}
