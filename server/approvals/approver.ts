/** Who may decide an approval by role or name (engine.md section 3). Four-eyes is the run's own matter, and the engine's. */
import { hasRole } from "@/contract/common";
import type { Approvers } from "@/engine/definition/saga";
import type { Actor } from "../auth/actor";
import type { Deps } from "../deps";

/** Somebody who asks to decide. `name`: the e-mail that counts among named approvers, or null. */
export type Decider = { readonly actor: Actor; readonly name: string | null };

/** A key speaks with its role, and with the name of the person behind it while that person is not shut out. */
export async function deciderOf({ prisma }: Deps, actor: Actor): Promise<Decider> {
  const { person, via } = actor;
  if (via === "session" || person === null) return { actor, name: person };
  const row = await prisma.user.findUnique({ where: { email: person }, select: { disabled: true } });
  return { actor, name: row && !row.disabled ? person : null };
}

/** Why somebody is no approver, as a sentence; null: they are one. */
export function whyNoApprover(approvers: Approvers, { actor, name }: Decider): string | null {
  if ("role" in approvers) {
    if (hasRole(actor.role, approvers.role)) return null;
    return `This decision needs the role ${approvers.role}; you are ${actor.role}.`;
  }
  if (name !== null && approvers.users.some((email) => email.toLowerCase() === name)) return null;
  const [first, ...others] = approvers.users;
  return `This decision is for ${others.length === 0 ? first : `one of ${approvers.users.join(", ")}`}.`;
}
