import type { z } from "zod";
import { role } from "@/contract/common";
import type { changePerson, invite, invited, Person, personPage } from "@/contract/people";
import { type Actor, actorName, authorise } from "../auth/actor";
import { normalEmail } from "../auth/create-person";
import { createSetupLink } from "../auth/setup-link";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import type { User } from "../generated/prisma/client";
import { audit } from "./audit";

type ListQuery = { readonly cursor?: string | undefined; readonly limit: number };

/** Everyone who may sign in, the disabled ones too, by id. */
export async function listPeople(
  { prisma }: Deps,
  actor: Actor,
  query: ListQuery,
): Promise<z.infer<typeof personPage>> {
  authorise(actor, "admin");
  const [after] = fromCursor(query.cursor, [/^[\w-]{1,64}$/]) ?? [];
  const rows = await prisma.user.findMany({
    ...(after ? { where: { id: { gt: after } } } : {}),
    orderBy: { id: "asc" },
    take: query.limit + 1,
  });
  return toPage(rows.map(toPerson), query.limit, (person) => [person.id]);
}

/** Makes a one-time link by which a new person sets a name and a password. */
export async function invitePerson(
  { prisma, origin }: Deps,
  actor: Actor,
  { name, email: given, role: wanted }: z.output<typeof invite>,
): Promise<z.infer<typeof invited>> {
  authorise(actor, "admin");
  const email = normalEmail(given);
  if (await prisma.user.findUnique({ where: { email } }))
    throw new Conflict("email_taken", `${email} is already here.`, { path: "/email" });
  return prisma.$transaction(async (transaction) => {
    await transaction.setupLink.deleteMany({ where: { email, usedAt: null } });
    const link = { email, name, role: wanted, createdBy: actorName(actor) };
    const { url, expiresAt } = await createSetupLink(transaction, origin, link);
    await audit(transaction, { actor, action: "person.invite", target: email, detail: { role: wanted } });
    return { url, expiresAt: expiresAt.toISOString() };
  });
}

/** A one-time link by which somebody who is already here sets a new password. */
export async function resetPerson(
  { prisma, origin }: Deps,
  actor: Actor,
  id: string,
): Promise<z.infer<typeof invited>> {
  authorise(actor, "admin");
  const person = await prisma.user.findUnique({ where: { id } });
  if (!person || person.disabled) throw noSuchPerson();
  return prisma.$transaction(async (transaction) => {
    await transaction.setupLink.deleteMany({ where: { email: person.email, usedAt: null } });
    const link = { email: person.email, name: person.name, role: role.parse(person.role), createdBy: actorName(actor) };
    const { url, expiresAt } = await createSetupLink(transaction, origin, link);
    await audit(transaction, { actor, action: "person.reset", target: person.email });
    return { url, expiresAt: expiresAt.toISOString() };
  });
}

/** Changes a role, or shuts somebody out; either ends their sessions. The last admin stays one. */
export async function changePersonById(
  { prisma, news }: Deps,
  actor: Actor,
  id: string,
  change: z.output<typeof changePerson>,
): Promise<Person> {
  authorise(actor, "admin");
  const changed = await prisma.$transaction(async (transaction) => {
    const admins = await transaction.$queryRaw<{ id: string }[]>`
      select id from "user" where role = 'admin' and not disabled order by id for update`;
    const before = await transaction.user.findUnique({ where: { id } });
    if (!before) throw noSuchPerson();
    const stays = (change.role ?? before.role) === "admin" && !(change.disabled ?? before.disabled);
    if (!stays && admins.length === 1 && admins[0]?.id === id)
      throw new Conflict("last_admin", "This is the last admin; make somebody else one first.");
    const data = {
      ...(change.role === undefined ? {} : { role: change.role }),
      ...(change.disabled === undefined ? {} : { disabled: change.disabled }),
    };
    const after = await transaction.user.update({ where: { id }, data });
    if (after.role !== before.role || after.disabled !== before.disabled)
      await transaction.session.deleteMany({ where: { userId: id } });
    const detail = { before: { role: before.role, disabled: before.disabled }, after: data };
    await audit(transaction, { actor, action: "person.change", target: before.email, detail });
    return after;
  });
  news.emit("access");
  return toPerson(changed);
}

function toPerson({ id, name, email, role: held, disabled, createdAt }: User): Person {
  return { id, name, email, role: role.parse(held), disabled, createdAt: createdAt.toISOString() };
}

const noSuchPerson = () => new NotFound("person_not_found", "There is no such person.");
