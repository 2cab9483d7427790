"use client";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import { brokersQuery } from "@/components/api/brokers";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { allowPrivateLabel } from "@/components/ui/in-field-words";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import type { SubscriptionForm } from "./subscription-form";

type FieldsProps = { form: UseFormReturn<SubscriptionForm>; isNew: boolean };

const kinds = [
  { value: "webhook", label: "Webhook" },
  { value: "broker", label: "Message broker" },
] as const;

/** What a subscription is called, where it goes and what it is told of. */
export function SubscriptionFields({ form, isNew }: FieldsProps) {
  const { errors } = form.formState;
  return (
    <>
      <Field label="Name" error={errors.name?.message}>
        <Input autoComplete="off" maxLength={120} {...form.register("name", { required: "A name, to know it by." })} />
      </Field>
      <Field label="Sent to">
        <Segmented
          value={form.watch("kind")}
          onValueChange={(kind) => form.setValue("kind", kind, { shouldDirty: true })}
          options={kinds}
        />
      </Field>
      {form.watch("kind") === "webhook" ? <WebhookFields form={form} /> : <BrokerField form={form} />}
      <Field label="Sagas" error={errors.sagas?.message} hint="With commas between them. None: every saga.">
        <Input mono autoComplete="off" placeholder="OrderFulfillment, Trip" {...form.register("sagas")} />
      </Field>
      <Field
        label="Event types"
        error={errors.types?.message}
        hint="Such as OrderFulfillmentFailed. None: all that there are."
      >
        <Input mono autoComplete="off" {...form.register("types")} />
      </Field>
      <Tick
        label="Every transition too"
        hint="Not only how runs end: each step that starts, completes, fails or is undone, in order."
        checked={form.watch("transitions")}
        onChange={(on) => form.setValue("transitions", on, { shouldDirty: true })}
      />
      {!isNew && (
        <Tick
          label="Switched on"
          hint="Switched off, it is told nothing, and what happens meanwhile is not kept for it."
          checked={form.watch("enabled")}
          onChange={(on) => form.setValue("enabled", on, { shouldDirty: true })}
        />
      )}
    </>
  );
}

function WebhookFields({ form }: Pick<FieldsProps, "form">) {
  return (
    <>
      <Field
        label="Address"
        error={form.formState.errors.url?.message}
        hint="Each event is a signed POST; any 2xx says that it was taken, 410 ends the subscription."
      >
        <Input
          mono
          inputMode="url"
          placeholder="https://crm.example.com/hooks/sagas"
          {...form.register("url", {
            required: "A webhook needs an address.",
            pattern: { value: /^\s*https?:\/\/\S+\s*$/, message: "An address starting with http:// or https://." },
          })}
        />
      </Field>
      <Tick
        label={allowPrivateLabel}
        hint="Without it, deliveries to addresses in your own network are refused."
        checked={form.watch("allowPrivateNetwork")}
        onChange={(on) => form.setValue("allowPrivateNetwork", on, { shouldDirty: true })}
      />
    </>
  );
}

function BrokerField({ form }: Pick<FieldsProps, "form">) {
  const brokers = useQuery(brokersQuery);
  const options = (brokers.data ?? []).map(({ name }) => ({ value: name, label: name }));
  form.register("broker", { validate: (name, { kind }) => kind !== "broker" || name !== "" || "Choose a broker." });
  return (
    <Field
      label="Broker"
      error={form.formState.errors.broker?.message}
      hint="Subjects and routing keys are named after the saga and the event's type."
    >
      <Select
        value={form.watch("broker") || undefined}
        onValueChange={(name) => form.setValue("broker", name, { shouldDirty: true, shouldValidate: true })}
        options={options}
        placeholder={brokers.data?.length === 0 ? "None registered yet: see Brokers" : "Choose…"}
      />
    </Field>
  );
}

type TickProps = { label: string; hint: string; checked: boolean; onChange: (on: boolean) => void };

function Tick({ label, hint, checked, onChange }: TickProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <Checkbox id={id} className="mt-0.5" checked={checked} onCheckedChange={(on) => onChange(on === true)} />
      <label htmlFor={id} className="flex flex-col text-sm">
        {label}
        <span className="text-ink-3 text-xs">{hint}</span>
      </label>
    </div>
  );
}
