"use client";
import { useQuery } from "@tanstack/react-query";
import type { UseFormReturn } from "react-hook-form";
import { brokersQuery } from "@/components/api/brokers";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { brokerOptions, needsBroker, type ServiceForm } from "./service-form";

/** The broker that the service is reached over: one of those of its kind, or typed while nobody can say which there are. */
export function BrokerField({ form }: { form: UseFormReturn<ServiceForm> }) {
  const brokers = useQuery(brokersQuery);
  const kind = form.watch("kind");
  const broker = form.watch("broker");
  const options = brokerOptions(brokers.data ?? [], kind);
  form.register("broker", {
    validate: (name, values) => !needsBroker(values.kind) || name.trim() !== "" || "Name the broker.",
  });
  return (
    <Field label="Broker" error={form.formState.errors.broker?.message} hint="As it is registered under Brokers.">
      {brokers.isError ? (
        <Input
          mono
          autoComplete="off"
          value={broker}
          onChange={(event) => form.setValue("broker", event.target.value, { shouldDirty: true })}
        />
      ) : (
        <Select
          value={options.some(({ value }) => value === broker) ? broker : undefined}
          onValueChange={(name) => form.setValue("broker", name, { shouldDirty: true, shouldValidate: true })}
          options={options}
          placeholder={brokers.isSuccess && options.length === 0 ? "None of this kind is registered yet" : "Choose…"}
        />
      )}
    </Field>
  );
}
