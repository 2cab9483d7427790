import { ApiError } from "./fetcher";

/** Sessions are the auth library's own routes, not the API's: same origin, cookie out, cookie in. */
async function post(path: string, body: unknown): Promise<void> {
  const reply = await fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw problem(0, "unreachable", "The server cannot be reached.", cause);
  });
  if (reply.ok) return;
  if (reply.status === 429) throw problem(429, "too_many_attempts", "Too many attempts. Wait a minute and try again.");
  throw problem(reply.status, "sign_in_refused", "E-mail and password do not match, or the account is disabled.");
}

const problem = (status: number, code: string, detail: string, cause?: unknown) =>
  new ApiError({ type: "about:blank", title: detail, status, code, detail }, { cause });

export const signIn = (email: string, password: string) => post("/sign-in/email", { email, password });

/** Ends the session and leaves for the sign-in page, with nothing cached left behind. */
export async function signOut() {
  await post("/sign-out", {}).catch(() => undefined);
  location.assign("/sign-in");
}
