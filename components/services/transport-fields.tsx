import type { UseFormReturn } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { allowPrivateLabel } from "@/components/ui/in-field-words";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { BrokerField } from "./broker-field";
import { kinds, needsBroker, type ServiceForm } from "./service-form";

type TransportFieldsProps = { form: UseFormReturn<ServiceForm> };

/** How commands reach the service, and what that way needs. */
export function TransportFields({ form }: TransportFieldsProps) {
  const kind = form.watch("kind");
  return (
    <>
      <Field label="How commands reach it" hint={kinds.find(({ value }) => value === kind)?.hint}>
        <Segmented
          value={kind}
          onValueChange={(next) => {
            form.setValue("kind", next, { shouldDirty: true });
            // One of another kind is none of this one.
            form.setValue("broker", "");
          }}
          options={kinds}
        />
      </Field>
      {kind === "http" && <AddressFields form={form} />}
      {needsBroker(kind) && <BrokerField form={form} />}
    </>
  );
}

function AddressFields({ form }: TransportFieldsProps) {
  return (
    <>
      <Field
        label="Address"
        error={form.formState.errors.url?.message}
        hint="Commands are sent to {address}/{Command} unless a step says otherwise."
      >
        <Input
          mono
          inputMode="url"
          placeholder="https://inventory.example.com"
          {...form.register("url", {
            required: "A service needs an address.",
            pattern: { value: /^https?:\/\/\S+$/, message: "An address starting with http:// or https://." },
          })}
        />
      </Field>
      <div className="flex items-start gap-2.5">
        <Checkbox
          id="allow-private"
          className="mt-0.5"
          checked={form.watch("allowPrivateNetwork")}
          onCheckedChange={(on) => form.setValue("allowPrivateNetwork", on === true, { shouldDirty: true })}
        />
        <label htmlFor="allow-private" className="flex flex-col text-sm">
          {allowPrivateLabel}
          <span className="text-ink-3 text-xs">Without it, calls to addresses in your own network are refused.</span>
        </label>
      </div>
    </>
  );
}
