"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { keysQuery, revokeKey } from "@/components/api/people";
import { QueryError } from "@/components/shell/query-error";
import { AskFirst } from "@/components/ui/ask-first";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { RelativeTime } from "@/components/ui/time";
import { toast } from "@/components/ui/toaster";
import type { ApiKeyView } from "@/contract/people";
import { NewKeyDialog } from "./new-key-dialog";
import { SettingsSkeleton } from "./settings-skeleton";

/** The keys by which programs call the API. */
export function KeysTab() {
  const keys = useQuery(keysQuery);
  const [making, setMaking] = useState(false);
  const add = (
    <Button variant="primary" onClick={() => setMaking(true)}>
      <Plus aria-hidden /> Create key
    </Button>
  );
  return (
    <section aria-label="API keys">
      <div className="flex items-center justify-between gap-4 px-4 py-3">
        <p className="text-ink-2 text-sm">
          Programs send a key as <code className="font-mono text-xs">Authorization: Bearer …</code>
        </p>
        {add}
      </div>
      {keys.isPending ? (
        <SettingsSkeleton />
      ) : keys.isError ? (
        <QueryError error={keys.error} what="The API keys" needs="admin" onRetry={() => void keys.refetch()} />
      ) : keys.data.length === 0 ? (
        <EmptyState icon={KeyRound} title="No API keys yet" action={add}>
          A key lets a program start runs, send replies or watch, with a role of its own.
        </EmptyState>
      ) : (
        <Table className="border-t">
          <TableHeader>
            <tr>
              <TableHead>Key</TableHead>
              <TableHead className="w-44">Acts as</TableHead>
              <TableHead numeric>Last used</TableHead>
              <TableHead numeric>Expires</TableHead>
              <TableHead numeric>Created</TableHead>
              <TableHead className="w-28">
                <span className="sr-only">Actions</span>
              </TableHead>
            </tr>
          </TableHeader>
          <tbody>
            {keys.data.map((key) => (
              <TableRow key={key.id}>
                <TableCell className="h-[52px]">
                  <span className="block font-medium">{key.name}</span>
                  <span className="font-mono text-ink-3 text-xs">{key.prefix}…</span>
                </TableCell>
                <TableCell>
                  <Badge>{key.service ?? key.role}</Badge>
                </TableCell>
                <TableCell numeric className="text-ink-2">
                  {key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : "never"}
                </TableCell>
                <TableCell numeric className="text-ink-2">
                  {key.expiresAt ? <RelativeTime at={key.expiresAt} /> : "never"}
                </TableCell>
                <TableCell numeric className="text-ink-2">
                  <RelativeTime at={key.createdAt} /> by {key.createdBy}
                </TableCell>
                <TableCell numeric>
                  <RevokeKey apiKey={key} />
                </TableCell>
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </section>
  );
}

function RevokeKey({ apiKey: { id, name } }: { apiKey: ApiKeyView }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeKey(id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keysQuery.queryKey });
      toast.success(`${name} revoked`);
    },
    onError: (error) => toast.error("Not revoked", { description: error.message }),
  });
  return (
    <AskFirst
      size="sm"
      variant="danger"
      aria-label={`Revoke ${name}`}
      busy={revoke.isPending}
      title={`Revoke ${name}?`}
      description="Programs that use it are refused at once. It cannot be brought back."
      yes="Revoke key"
      onYes={() => revoke.mutate()}
    >
      Revoke…
    </AskFirst>
  );
}
