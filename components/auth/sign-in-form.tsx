"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { signIn } from "@/components/api/auth";
import { ApiError } from "@/components/api/fetcher";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { safeNext } from "./safe-next";

/** E-mail and password; on success the page is loaded anew, so that nothing of before stays in memory. */
export function SignInForm({ next }: { next: string | undefined }) {
  const form = useForm({ defaultValues: { email: "", password: "" } });
  const { errors } = form.formState;
  const { setFocus } = form;
  useEffect(() => setFocus("email"), [setFocus]);
  const enter = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email.trim(), password),
    onSuccess: () => location.assign(safeNext(next)),
    onError: () => form.setFocus("password", { shouldSelect: true }),
  });
  return (
    <form className="flex flex-col gap-4" noValidate onSubmit={form.handleSubmit((values) => enter.mutate(values))}>
      {enter.isError && (
        <Notice tone="failed" title="Not signed in">
          {enter.error instanceof ApiError && enter.error.status === 401
            ? "E-mail and password do not match, or the account is disabled."
            : enter.error.message}
        </Notice>
      )}
      <Field label="E-mail" error={errors.email?.message}>
        <Input
          type="email"
          autoComplete="username"
          {...form.register("email", { required: "Enter your e-mail address." })}
        />
      </Field>
      <Field label="Password" error={errors.password?.message}>
        <Input
          type="password"
          autoComplete="current-password"
          {...form.register("password", { required: "Enter your password." })}
        />
      </Field>
      <Button variant="primary" size="lg" type="submit" busy={enter.isPending || enter.isSuccess}>
        Sign in
      </Button>
      <p className="text-ink-3 text-xs">No account, or the password is lost? An admin makes you a set-up link.</p>
    </form>
  );
}
