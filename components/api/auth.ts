import { problemDetails } from "@/contract/common";
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
  const said = problemDetails.safeParse(await reply.json().catch(() => null));
  throw said.success
    ? new ApiError(said.data)
    : problem(reply.status, "refused", `The server answered HTTP ${reply.status}.`);
}

const problem = (status: number, code: string, detail: string, cause?: unknown) =>
  new ApiError({ type: "about:blank", title: detail, status, code, detail }, { cause });

export const signIn = (email: string, password: string) => post("/sign-in/email", { email, password });

/** Sets a new password and ends the person's other sessions. */
export const changePassword = (currentPassword: string, newPassword: string) =>
  post("/change-password", { currentPassword, newPassword, revokeOtherSessions: true });

/** Ends the session and leaves for the sign-in page, with nothing cached left behind. */
export async function signOut() {
  await post("/sign-out", {}).catch(() => undefined);
  location.assign("/sign-in");
}
