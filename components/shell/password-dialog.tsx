"use client";
import { useMutation } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { changePassword } from "@/components/api/auth";
import { ApiError } from "@/components/api/fetcher";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toaster";

const PASSWORD_MIN = 10;

/** Changes one's own password. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const form = useForm({ defaultValues: { current: "", next: "" } });
  const { errors } = form.formState;
  const change = useMutation({
    mutationFn: ({ current, next }: { current: string; next: string }) => changePassword(current, next),
    onSuccess: () => {
      toast.success("Password changed", { description: "Other sessions of yours have ended." });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="Change password"
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="primary" type="submit" form="password" busy={change.isPending}>
              Change password
            </Button>
          </>
        }
      >
        <form
          id="password"
          className="flex flex-col gap-4"
          noValidate
          onSubmit={form.handleSubmit((values) => change.mutate(values))}
        >
          <Field label="Password now" error={errors.current?.message}>
            <Input
              type="password"
              autoComplete="current-password"
              {...form.register("current", { required: "Your password as it is." })}
            />
          </Field>
          <Field label="New password" error={errors.next?.message} hint={`At least ${PASSWORD_MIN} characters.`}>
            <Input
              type="password"
              autoComplete="new-password"
              {...form.register("next", {
                required: "A new password.",
                minLength: { value: PASSWORD_MIN, message: `At least ${PASSWORD_MIN} characters.` },
              })}
            />
          </Field>
          {change.isError && (
            <Notice tone="failed" title="Not changed">
              {change.error instanceof ApiError && change.error.code === "invalid_password"
                ? "The password you have now was not right."
                : change.error.message}
            </Notice>
          )}
        </form>
      </DialogContent>
    </Dialog>
  );
}
