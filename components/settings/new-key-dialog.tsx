"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { keysQuery, newKey } from "@/components/api/people";
import { servicesQuery } from "@/components/api/services";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { Secret } from "@/components/ui/secret";
import { Select } from "@/components/ui/select";
import type { Role } from "@/contract/common";
import { RoleSelect } from "./role-select";

const DAY_MS = 86_400_000;
const lifetimes = [
  { value: "never", label: "Never" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
] as const;

/** Not a service's name: those begin with a capital. */
const anyService = "any";

type KeyForm = { name: string; role: Role; service: string; expires: (typeof lifetimes)[number]["value"] };

/** Makes an API key and shows it this once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm<KeyForm>({
    defaultValues: { name: "", role: "operator", service: anyService, expires: "never" },
  });
  const create = useMutation({
    mutationFn: ({ name, role, service, expires }: KeyForm) =>
      newKey({
        name,
        role,
        ...(service === anyService ? {} : { service }),
        ...(expires === "never" ? {} : { expiresAt: new Date(Date.now() + Number(expires) * DAY_MS).toISOString() }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
  const services = useQuery(servicesQuery);
  const bindings = [
    { value: anyService, label: "Its role", hint: "whatever that may do" },
    ...(services.data ?? []).map(({ name }) => ({ value: name, label: name, hint: "its work and replies only" })),
  ];
  const isBound = form.watch("service") !== anyService;
  const made = create.data;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={made ? made.name : "Create key"}
        footer={
          made ? (
            <Button variant="primary" onClick={onClose}>
              I have stored it
            </Button>
          ) : (
            <>
              <DialogClose asChild>
                <Button>Cancel</Button>
              </DialogClose>
              <Button variant="primary" type="submit" form="new-key" busy={create.isPending}>
                Create key
              </Button>
            </>
          )
        }
      >
        {made ? (
          <Secret
            label="API key"
            value={made.key}
            what={
              made.service
                ? `It speaks for ${made.service}, and does nothing else.`
                : `It acts with the role ${made.role}.`
            }
          />
        ) : (
          <form
            id="new-key"
            className="flex flex-col gap-4"
            onSubmit={form.handleSubmit((values) => create.mutate(values))}
          >
            <Field label="Name" error={form.formState.errors.name?.message} hint="What uses it, e.g. order service.">
              <Input
                autoComplete="off"
                maxLength={120}
                {...form.register("name", { required: "A name, to know it by later." })}
              />
            </Field>
            <Field
              label="Acts by"
              hint="A service's key fetches its work and sends its replies and events, nothing else."
            >
              <Select
                value={form.watch("service")}
                onValueChange={(service) => form.setValue("service", service)}
                options={bindings}
              />
            </Field>
            {!isBound && (
              <Field label="Role">
                <RoleSelect value={form.watch("role")} onValueChange={(role) => form.setValue("role", role)} />
              </Field>
            )}
            <Field label="Expires">
              <Select
                value={form.watch("expires")}
                onValueChange={(expires) => form.setValue("expires", expires)}
                options={lifetimes}
              />
            </Field>
            {create.isError && (
              <Notice tone="failed" title="Not created">
                {create.error.message}
              </Notice>
            )}
          </form>
        )}
      </DialogContent>
    </Dialog>
  );
}
