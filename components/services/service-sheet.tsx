"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type UseFormReturn, useForm } from "react-hook-form";
import { ApiError } from "@/components/api/fetcher";
import { deleteService, rotateSecret, saveService, servicesQuery } from "@/components/api/services";
import { AskFirst } from "@/components/ui/ask-first";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RecordSheet } from "@/components/ui/record-sheet";
import { Secret } from "@/components/ui/secret";
import { toast } from "@/components/ui/toaster";
import type { ServiceView } from "@/contract/services";
import { limits } from "@/engine/limits";
import { ClaimHelp } from "./claim-help";
import { type ServiceForm, toForm, toRequest } from "./service-form";
import { TransportFields } from "./transport-fields";

type ServiceSheetProps = { service: ServiceView | null; taken: readonly string[]; onClose: () => void };

const secretOfCalled =
  "Every call is signed with it (Standard Webhooks). Give it to the service so that it can tell our calls from others.";
const secretOfPuller =
  "The service signs with it what it asks and answers (Standard Webhooks). An API key that is bound to it does as well.";

const namePattern = new RegExp(`^[A-Za-z][A-Za-z0-9_-]{0,${limits.name - 1}}$`);

/** Registers a service (null) or changes one. A signing secret is shown once, here. */
export function ServiceSheet({ service, taken, onClose }: ServiceSheetProps) {
  const client = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const form = useForm<ServiceForm>({ defaultValues: toForm(service) });
  const pulls = form.watch("kind") === "queue";
  const { errors } = form.formState;
  const done = (saved: { name: string; secret?: string | undefined }) => {
    void client.invalidateQueries({ queryKey: servicesQuery.queryKey });
    if (saved.secret) setSecret(saved.secret);
    else onClose();
  };
  const save = useMutation({
    mutationFn: (values: ServiceForm) => saveService(values.name, toRequest(values)),
    onSuccess: (saved) => {
      toast.success(`${saved.name} saved`);
      done(saved);
    },
    onError: (error) => {
      const field = error instanceof ApiError ? error.path?.split("/").at(-1) : undefined;
      if (field && field in form.getValues()) form.setError(field as keyof ServiceForm, { message: error.message });
    },
  });
  const rotate = useMutation({ mutationFn: (name: string) => rotateSecret(name), onSuccess: done });
  const remove = useMutation({
    mutationFn: (name: string) => deleteService(name),
    onSuccess: (_, name) => {
      toast.success(`${name} removed`);
      done({ name });
    },
  });
  return (
    <RecordSheet
      title={service?.name ?? "Register service"}
      description="Steps can call only what is registered here."
      save={service ? "Save changes" : "Register service"}
      saving={save.isPending}
      failure={save.error ?? rotate.error ?? remove.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
      actions={
        service && (
          <>
            <AskFirst
              variant="danger"
              busy={remove.isPending}
              title={`Remove ${service.name}?`}
              description="Nobody can be called by this name any more. A service that a saga calls stays."
              yes="Remove service"
              onYes={() => remove.mutate(service.name)}
            >
              Remove…
            </AskFirst>
            <AskFirst
              busy={rotate.isPending}
              title={`A new secret for ${service.name}?`}
              description="The one it has now is worth nothing from then on: give the new one to the service at once."
              yes="Make a new secret"
              onYes={() => rotate.mutate(service.name)}
            >
              New secret…
            </AskFirst>
          </>
        )
      }
      shownOnce={
        secret && (
          <div className="flex flex-col gap-5">
            <Secret label="Signing secret" value={secret} what={pulls ? secretOfPuller : secretOfCalled} />
            {pulls && <ClaimHelp service={form.getValues("name")} />}
          </div>
        )
      }
    >
      <Field
        label="Name"
        error={errors.name?.message}
        hint="The part before the dot in a command: InventoryService.ReserveItems"
      >
        <Input
          mono
          readOnly={service !== null}
          autoComplete="off"
          {...form.register("name", {
            required: "A service needs a name.",
            pattern: { value: namePattern, message: "Letters, digits, _ and -, starting with a letter." },
            validate: (name) => service !== null || !taken.includes(name) || "There is a service of this name already.",
          })}
        />
      </Field>
      <TransportFields form={form} />
      {pulls ? service?.transport.kind === "queue" && <ClaimHelp service={service.name} /> : <CallLimits form={form} />}
    </RecordSheet>
  );
}

/** How much is sent to the service at once, and how long it may take. */
function CallLimits({ form }: { form: UseFormReturn<ServiceForm> }) {
  const { errors } = form.formState;
  return (
    <div className="grid grid-cols-2 gap-4">
      <Field label="Calls at once" error={errors.concurrency?.message}>
        <Input
          inputMode="numeric"
          placeholder="default"
          {...form.register("concurrency", {
            pattern: { value: /^[1-9]\d{0,3}$|^10000$/, message: "1 to 10,000." },
          })}
        />
      </Field>
      <Field label="Time-out" error={errors.timeout?.message} hint="Of one attempt, e.g. PT30S">
        <Input
          mono
          placeholder="PT5M"
          {...form.register("timeout", {
            pattern: { value: /^P(?=.)[0-9DTHMS.]+$/, message: "An ISO 8601 duration such as PT30S." },
          })}
        />
      </Field>
    </div>
  );
}
