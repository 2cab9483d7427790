"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { meQuery } from "@/components/api/me";
import { patchPerson, peopleQuery, relinkPerson } from "@/components/api/people";
import { QueryError } from "@/components/shell/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Initials } from "@/components/ui/initials";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { RelativeTime } from "@/components/ui/time";
import { toast } from "@/components/ui/toaster";
import type { Person } from "@/contract/people";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";
import { RoleSelect } from "./role-select";
import { SettingsSkeleton } from "./settings-skeleton";

/** Who may sign in, and as what. */
export function PeopleTab() {
  const people = useQuery(peopleQuery);
  const [inviting, setInviting] = useState(false);
  return (
    <section aria-label="People">
      <div className="flex items-center justify-between gap-4 px-4 py-3">
        <p className="text-ink-2 text-sm">
          From viewer over operator and designer to admin, each role can do what the one before it can, and more.
        </p>
        <Button variant="primary" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden /> Invite person
        </Button>
      </div>
      {people.isPending ? (
        <SettingsSkeleton />
      ) : people.isError ? (
        <QueryError error={people.error} what="The people" needs="admin" onRetry={() => void people.refetch()} />
      ) : (
        <Table className="border-t">
          <TableHeader>
            <tr>
              <TableHead>Person</TableHead>
              <TableHead className="w-48">Role</TableHead>
              <TableHead numeric className="w-36">
                Since
              </TableHead>
              <TableHead className="w-48">
                <span className="sr-only">Actions</span>
              </TableHead>
            </tr>
          </TableHeader>
          <tbody>
            {people.data.map((one) => (
              <PersonRow key={one.id} person={one} />
            ))}
          </tbody>
        </Table>
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </section>
  );
}

function PersonRow({ person }: { person: Person }) {
  const client = useQueryClient();
  const myself = useQuery(meQuery).data?.id === person.id;
  const change = useMutation({
    mutationFn: (body: { role?: Person["role"]; disabled?: boolean }) => patchPerson(person.id, body),
    onSuccess: (changed) => {
      client.setQueryData(peopleQuery.queryKey, (people) =>
        people?.map((one) => (one.id === changed.id ? changed : one)),
      );
      toast.success(`${changed.name} is ${changed.disabled ? "disabled" : `now ${changed.role}`}`);
    },
    onError: (error) => toast.error("Not changed", { description: error.message }),
  });
  const relink = useMutation({
    mutationFn: () => relinkPerson(person.id),
    onError: (error) => toast.error("No link made", { description: error.message }),
  });
  return (
    <TableRow>
      <TableCell className="h-[52px]">
        <span className="flex items-center gap-3">
          <Initials name={person.name} className="size-7 text-xs" />
          <span className="flex min-w-0 flex-col">
            <span className="flex items-center gap-2 font-medium">
              {person.name} {myself && <Badge>you</Badge>} {person.disabled && <Badge>disabled</Badge>}
            </span>
            <span className="truncate text-ink-3 text-xs">{person.email}</span>
          </span>
        </span>
      </TableCell>
      <TableCell>
        <RoleSelect
          aria-label={`Role of ${person.name}`}
          value={person.role}
          disabled={myself || person.disabled || change.isPending}
          onValueChange={(role) => change.mutate({ role })}
        />
      </TableCell>
      <TableCell numeric className="text-ink-2">
        <RelativeTime at={person.createdAt} />
      </TableCell>
      <TableCell numeric>
        {!myself && !person.disabled && (
          <Button
            size="sm"
            aria-label={`New set-up link for ${person.name}`}
            busy={relink.isPending}
            onClick={() => relink.mutate()}
          >
            New link
          </Button>
        )}{" "}
        {!myself && (
          <Button
            size="sm"
            variant={person.disabled ? "secondary" : "danger"}
            busy={change.isPending}
            aria-label={`${person.disabled ? "Enable" : "Disable"} ${person.name}`}
            onClick={() => change.mutate({ disabled: !person.disabled })}
          >
            {person.disabled ? "Enable" : "Disable"}
          </Button>
        )}
        {relink.data && <LinkDialog link={relink.data} onClose={() => relink.reset()} />}
      </TableCell>
    </TableRow>
  );
}
