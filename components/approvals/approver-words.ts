import { hasRole, type Role } from "@/contract/common";
import type { ApprovalView } from "@/contract/messages";
import type { Approvers } from "@/engine/definition/saga";

const roles: Readonly<Record<string, string>> = {
  viewer: "Anybody who is signed in",
  operator: "Operators, designers and admins",
  designer: "Designers and admins",
  admin: "Admins",
};

type Asked = { readonly approvers: Approvers | ApprovalView["approvers"]; readonly fourEyes: boolean };

/** Who may decide, in words. `fourEyes` takes out whoever is behind the run. */
export function approverWords({ approvers, fourEyes }: Asked): string {
  const who = "users" in approvers ? approvers.users.join(", ") : (roles[approvers.role] ?? approvers.role);
  return fourEyes ? `${who}, but not who started the run` : who;
}

/** Whether somebody is among the approvers, by role or by e-mail; four eyes is another matter. */
export function isApprover(approvers: Approvers, { role, email }: { role: Role; email: string | null }): boolean {
  if ("role" in approvers) return hasRole(role, approvers.role);
  return approvers.users.some((user) => user.toLowerCase() === email?.toLowerCase());
}
