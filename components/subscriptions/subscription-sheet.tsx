"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { ApiError } from "@/components/api/fetcher";
import {
  deleteSubscription,
  newSubscription,
  patchSubscription,
  rotateSubscriptionSecret,
  subscriptionsQuery,
} from "@/components/api/subscriptions";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Secret } from "@/components/ui/secret";
import { Sheet, SheetClose, SheetContent } from "@/components/ui/sheet";
import { toast } from "@/components/ui/toaster";
import type { SubscriptionView } from "@/contract/subscriptions";
import { SubscriptionFields } from "./subscription-fields";
import { fieldOf, type SubscriptionForm, toBody, toForm } from "./subscription-form";
import { TestNow } from "./test-now";

type SubscriptionSheetProps = { subscription: SubscriptionView | null; onClose: () => void };

/** Makes a subscription (null) or changes one. A signing secret is shown once, here. */
export function SubscriptionSheet({ subscription, onClose }: SubscriptionSheetProps) {
  const client = useQueryClient();
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const form = useForm<SubscriptionForm>({ defaultValues: toForm(subscription) });
  const done = (saved: { id: string; secret?: string | undefined }) => {
    void client.invalidateQueries({ queryKey: subscriptionsQuery.queryKey });
    if (saved.secret) setMade({ id: saved.id, secret: saved.secret });
    else onClose();
  };
  const save = useMutation({
    mutationFn: (values: SubscriptionForm) =>
      subscription
        ? patchSubscription(subscription.id, { ...toBody(values), enabled: values.enabled })
        : newSubscription(toBody(values)),
    onSuccess: (saved) => {
      toast.success(`${saved.name} saved`);
      done(saved);
    },
    onError: (error) => {
      const field = error instanceof ApiError ? fieldOf(error.path) : null;
      if (field) form.setError(field, { message: error.message });
    },
  });
  const rotate = useMutation({ mutationFn: (id: string) => rotateSubscriptionSecret(id), onSuccess: done });
  const remove = useMutation({
    mutationFn: (id: string) => deleteSubscription(id),
    onSuccess: (_, id) => {
      toast.success(`${subscription?.name} removed`);
      done({ id });
    },
  });
  // What is wrong with a field is said there.
  const refused = save.error instanceof ApiError && fieldOf(save.error.path) !== null ? null : save.error;
  const failure = refused ?? rotate.error ?? remove.error;
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent
        title={subscription?.name ?? "Add subscription"}
        description="Events are sent at least once, each under an id of its own."
        footer={
          made ? (
            <Button variant="primary" onClick={onClose}>
              I have stored it
            </Button>
          ) : (
            <>
              {subscription && (
                <div className="mr-auto flex gap-2">
                  <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate(subscription.id)}>
                    Remove
                  </Button>
                  {subscription.signed && (
                    <Button busy={rotate.isPending} onClick={() => rotate.mutate(subscription.id)}>
                      New secret
                    </Button>
                  )}
                </div>
              )}
              <SheetClose asChild>
                <Button>Cancel</Button>
              </SheetClose>
              <Button variant="primary" type="submit" form="subscription" busy={save.isPending}>
                {subscription ? "Save changes" : "Add subscription"}
              </Button>
            </>
          )
        }
      >
        {made ? (
          <div className="flex flex-col gap-4">
            <Secret
              label="Signing secret"
              value={made.secret}
              what="Every delivery is signed with it (Standard Webhooks). Give it to the receiver so that it can tell our events from others."
            />
            <TestNow id={made.id} />
          </div>
        ) : (
          <form
            id="subscription"
            className="flex flex-col gap-4"
            noValidate
            onSubmit={form.handleSubmit((values) => save.mutate(values))}
          >
            {subscription?.disabledReason && (
              <Notice tone="attention" title="Nothing is sent">
                {subscription.disabledReason}
              </Notice>
            )}
            <SubscriptionFields form={form} isNew={subscription === null} />
            {subscription && <TestNow id={subscription.id} isChanged={form.formState.isDirty} />}
            {failure && (
              <Notice tone="failed" title="Not done">
                {failure.message}
              </Notice>
            )}
          </form>
        )}
      </SheetContent>
    </Sheet>
  );
}
