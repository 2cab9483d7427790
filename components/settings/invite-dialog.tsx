"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { ApiError } from "@/components/api/fetcher";
import { invitePerson, peopleQuery } from "@/components/api/people";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import type { Role } from "@/contract/common";
import { LinkDialog } from "./link-dialog";
import { RoleSelect } from "./role-select";

type InviteForm = { name: string; email: string; role: Role };

/** Makes a person and their one-time link; the admin hands it over, no mail is sent. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm<InviteForm>({ defaultValues: { name: "", email: "", role: "viewer" } });
  const { errors } = form.formState;
  const invite = useMutation({
    mutationFn: (values: InviteForm) => invitePerson(values),
    onSuccess: () => client.invalidateQueries({ queryKey: peopleQuery.queryKey }),
    onError: (error) => {
      if (error instanceof ApiError && error.path === "/email") form.setError("email", { message: error.message });
    },
  });
  if (invite.data) return <LinkDialog link={invite.data} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="Invite person"
        description="They get a link to choose their password."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="primary" type="submit" form="invite" busy={invite.isPending}>
              Make the link
            </Button>
          </>
        }
      >
        <form
          id="invite"
          className="flex flex-col gap-4"
          noValidate
          onSubmit={form.handleSubmit((values) => invite.mutate(values))}
        >
          <Field label="Name" error={errors.name?.message}>
            <Input autoComplete="off" maxLength={120} {...form.register("name", { required: "The person's name." })} />
          </Field>
          <Field label="E-mail" error={errors.email?.message}>
            <Input
              type="email"
              autoComplete="off"
              {...form.register("email", {
                required: "An e-mail address.",
                pattern: { value: /^\S+@\S+\.\S+$/, message: "An e-mail address, such as ali@example.com." },
              })}
            />
          </Field>
          <Field label="Role">
            <RoleSelect value={form.watch("role")} onValueChange={(role) => form.setValue("role", role)} />
          </Field>
          {invite.isError && !errors.email && (
            <Notice tone="failed" title="Not invited">
              {invite.error.message}
            </Notice>
          )}
        </form>
      </DialogContent>
    </Dialog>
  );
}
