import type { ReactNode } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { allowPrivateLabel } from "@/components/ui/in-field-words";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { BrokerView } from "@/contract/brokers";
import { limits } from "@/engine/limits";
import { type BrokerForm, brokerKinds } from "./broker-form";

type BrokerFieldsProps = { form: UseFormReturn<BrokerForm>; broker: BrokerView | null; taken: readonly string[] };

const namePattern = new RegExp(`^[A-Za-z][A-Za-z0-9_-]{0,${limits.name - 1}}$`);
const kindOptions = [
  { value: "nats", label: brokerKinds.nats.label },
  { value: "amqp", label: brokerKinds.amqp.label },
] as const;
const signInOptions = [
  { value: "none", label: "Without credentials" },
  { value: "password", label: "User and password" },
  { value: "token", label: "Token" },
] as const;

/** Where the broker is, how one signs in there, and what is to be trusted. */
export function BrokerFields({ form, broker, taken }: BrokerFieldsProps) {
  const { errors } = form.formState;
  const kind = brokerKinds[form.watch("kind")];
  return (
    <>
      <Field label="Name" error={errors.name?.message} hint="Services name it when they are registered.">
        <Input
          mono
          readOnly={broker !== null}
          autoComplete="off"
          {...form.register("name", {
            required: "A broker needs a name.",
            pattern: { value: namePattern, message: "Letters, digits, _ and -, starting with a letter." },
            validate: (name) => broker !== null || !taken.includes(name) || "There is a broker of this name already.",
          })}
        />
      </Field>
      <Field label="Kind">
        <Segmented
          value={form.watch("kind")}
          onValueChange={(next) => form.setValue("kind", next)}
          options={kindOptions}
        />
      </Field>
      <Field label="Address" error={errors.url?.message}>
        <Input
          mono
          inputMode="url"
          autoComplete="off"
          placeholder={kind.placeholder}
          {...form.register("url", {
            required: "A broker needs an address.",
            validate: (url) => kind.url.test(url.trim()) || `An address starting with ${kind.start}.`,
          })}
        />
      </Field>
      <SignIn form={form} broker={broker} />
      <Tick
        checked={form.watch("tls")}
        onChange={(on) => form.setValue("tls", on)}
        label="Encrypt the connection (TLS)"
        hint="Its certificate is checked against what the server's machine trusts, or what you paste here."
      />
      {form.watch("tls") && (
        <Field label="Certificate authority" error={errors.ca?.message} hint="PEM. Leave it empty for a public one.">
          <Textarea mono spellCheck={false} placeholder="-----BEGIN CERTIFICATE-----" {...form.register("ca")} />
        </Field>
      )}
      <Tick
        checked={form.watch("allowPrivateNetwork")}
        onChange={(on) => form.setValue("allowPrivateNetwork", on)}
        label={allowPrivateLabel}
        hint="Without it, a broker in your own network is not connected to."
      />
      <Tick
        checked={form.watch("enabled")}
        onChange={(on) => form.setValue("enabled", on)}
        label="Switched on"
        hint="While it is off, commands for its services wait and nothing is read from it."
      />
    </>
  );
}

function SignIn({ form, broker }: Omit<BrokerFieldsProps, "taken">) {
  const { errors } = form.formState;
  const signIn = form.watch("signIn");
  const kept = broker && broker.credentials.kind !== "none";
  const keep = { value: "keep", label: "As it is kept" } as const;
  const options = kept ? [keep, ...signInOptions] : signInOptions;
  return (
    <>
      <Field label="Sign in" error={form.getFieldState("signIn").error?.message} hint={kept ? keptWords(broker) : null}>
        <Select value={signIn} onValueChange={(next) => form.setValue("signIn", next)} options={options} />
      </Field>
      {signIn === "password" && (
        <div className="grid grid-cols-2 gap-4">
          <Field label="User" error={errors.user?.message}>
            <Input autoComplete="off" {...form.register("user", { required: "Who signs in?" })} />
          </Field>
          <Field label="Password" error={errors.password?.message} hint="Kept sealed, and never shown again.">
            <Input
              type="password"
              autoComplete="new-password"
              {...form.register("password", { required: "A password." })}
            />
          </Field>
        </div>
      )}
      {signIn === "token" && (
        <Field label="Token" error={errors.token?.message} hint="Kept sealed, and never shown again.">
          <Input type="password" autoComplete="new-password" {...form.register("token", { required: "A token." })} />
        </Field>
      )}
    </>
  );
}

function keptWords({ credentials }: BrokerView): string {
  return credentials.kind === "password" ? `A password for ${credentials.user} is kept.` : "A token is kept.";
}

type TickProps = { checked: boolean; onChange: (on: boolean) => void; label: string; hint: ReactNode };

function Tick({ checked, onChange, label, hint }: TickProps) {
  const id = `broker-${label.toLowerCase().replace(/[^a-z]+/g, "-")}`;
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
