"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import type { z } from "zod";
import { finishSetup, setupQuery } from "@/components/api/people";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import type { setupInfo } from "@/contract/people";

const PASSWORD_MIN = 10;

/** What a one-time link opens: name, e-mail and password of the person it is for. */
export function SetupForm({ token }: { token: string }) {
  const info = useQuery(setupQuery(token));
  if (info.isPending)
    return (
      <Loading label="Reading the link" className="flex h-[300px] flex-col gap-4">
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
      </Loading>
    );
  if (info.isError)
    return (
      <div className="flex flex-col gap-4">
        <Notice tone="failed" title="This link cannot be used">
          {info.error.message}
        </Notice>
        <p className="text-ink-2 text-sm">
          An admin makes new links under Settings. For the very first admin, restart the server and open the link it
          prints.
        </p>
        <Button asChild>
          <a href="/sign-in">Go to sign-in</a>
        </Button>
      </div>
    );
  return <Details token={token} info={info.data} />;
}

function Details({ token, info }: { token: string; info: z.infer<typeof setupInfo> }) {
  const form = useForm({ defaultValues: { name: info.name ?? "", email: info.email ?? "", password: "" } });
  const { errors } = form.formState;
  const finish = useMutation({
    mutationFn: (values: { name: string; email: string; password: string }) => finishSetup({ token, ...values }),
    onSuccess: () => location.assign("/"),
  });
  return (
    <form className="flex flex-col gap-4" noValidate onSubmit={form.handleSubmit((values) => finish.mutate(values))}>
      {finish.isError && (
        <Notice tone="failed" title="Not set up">
          {finish.error.message}
        </Notice>
      )}
      <Field label="Name" error={errors.name?.message}>
        <Input
          autoComplete="name"
          {...form.register("name", { required: "Enter your name, as others will see it." })}
        />
      </Field>
      <Field label="E-mail" error={errors.email?.message}>
        <Input
          type="email"
          autoComplete="username"
          readOnly={info.email !== null}
          {...form.register("email", {
            required: "Enter your e-mail address.",
            pattern: { value: /^\S+@\S+\.\S+$/, message: "An e-mail address, such as mara@example.com." },
          })}
        />
      </Field>
      <Field
        label="Password"
        error={errors.password?.message}
        hint={errors.password ? undefined : `At least ${PASSWORD_MIN} characters.`}
      >
        <Input
          type="password"
          autoComplete="new-password"
          {...form.register("password", {
            minLength: { value: PASSWORD_MIN, message: `At least ${PASSWORD_MIN} characters.` },
            required: `Choose a password of at least ${PASSWORD_MIN} characters.`,
          })}
        />
      </Field>
      <Button variant="primary" size="lg" type="submit" busy={finish.isPending || finish.isSuccess}>
        {info.role === "admin" && info.email === null ? "Create the first admin" : "Set up and sign in"}
      </Button>
    </form>
  );
}
