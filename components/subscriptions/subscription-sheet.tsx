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
import { AskFirst } from "@/components/ui/ask-first";
import { Notice } from "@/components/ui/notice";
import { RecordSheet } from "@/components/ui/record-sheet";
import { Secret } from "@/components/ui/secret";
import { toast } from "@/components/ui/toaster";
import type { SubscriptionView } from "@/contract/subscriptions";
import { SubscriptionFields } from "./subscription-fields";
import { fieldOf, type SubscriptionForm, toBody, toChanges, toForm } from "./subscription-form";
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
  const { dirtyFields } = form.formState;
  const save = useMutation({
    mutationFn: (values: SubscriptionForm) =>
      subscription
        ? patchSubscription(subscription.id, toChanges(values, dirtyFields))
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
  return (
    <RecordSheet
      title={subscription?.name ?? "Add subscription"}
      description="Events are sent at least once, each under an id of its own."
      save={subscription ? "Save changes" : "Add subscription"}
      saving={save.isPending}
      failure={refused ?? rotate.error ?? remove.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
      actions={
        subscription && (
          <>
            <AskFirst
              variant="danger"
              busy={remove.isPending}
              title={`Remove ${subscription.name}?`}
              description="What still waits for it is not sent, and its deliveries are forgotten."
              yes="Remove subscription"
              onYes={() => remove.mutate(subscription.id)}
            >
              Remove…
            </AskFirst>
            {subscription.signed && (
              <AskFirst
                busy={rotate.isPending}
                title={`A new secret for ${subscription.name}?`}
                description="From then on every delivery is signed with the new one: give it to the receiver at once."
                yes="Make a new secret"
                onYes={() => rotate.mutate(subscription.id)}
              >
                New secret…
              </AskFirst>
            )}
          </>
        )
      }
      shownOnce={
        made && (
          <div className="flex flex-col gap-4">
            <Secret
              label="Signing secret"
              value={made.secret}
              what="Every delivery is signed with it (Standard Webhooks). Give it to the receiver so that it can tell our events from others."
            />
            <TestNow id={made.id} />
          </div>
        )
      }
    >
      {subscription?.disabledReason && (
        <Notice tone="attention" title="Nothing is sent">
          {subscription.disabledReason}
        </Notice>
      )}
      <SubscriptionFields form={form} isNew={subscription === null} />
      {subscription && <TestNow id={subscription.id} isChanged={form.formState.isDirty} />}
    </RecordSheet>
  );
}
